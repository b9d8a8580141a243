"""A sentence without support is told as such wherever an answer is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.console import Console

from api.cli.render.answer import answered
from api.schemas import answer_json
from api.web.answer_html import answer_html
from rag.types import Answer
from rag.verify import UNSUPPORTED, verify

WRONG = "The rate is 0.3 for label smoothing."
SAID = f"The dropout rate is 0.1 [1]. {WRONG[:-1]} [1]."


@pytest.fixture
def checked(answer: Answer) -> Answer:
    draft = verify(SAID, answer.evidence, answer.query.text)
    return replace(
        answer, text=draft.text, citations=draft.citations, unsupported=draft.unsupported
    )


def test_in_the_value_and_its_json(checked: Answer) -> None:
    shown = json.loads(json.dumps(answer_json(checked)))
    assert shown["unsupported"] == [WRONG]
    assert shown["answer"].endswith(UNSUPPORTED)
    assert shown["answer"].count(UNSUPPORTED) == 1


def test_on_a_terminal(checked: Answer) -> None:
    console = Console(width=100)
    with console.capture() as capture:
        console.print(answered(checked))
    said = capture.get()
    assert said.index("0.1 [1].") < said.index("label smoothing") < said.index(UNSUPPORTED)


def test_in_html(checked: Answer) -> None:
    html = answer_html(checked.text, [citation.marker for citation in checked.citations])
    assert html.count(UNSUPPORTED) == 1
    assert html.index("0.1") < html.index("label smoothing") < html.index(UNSUPPORTED)

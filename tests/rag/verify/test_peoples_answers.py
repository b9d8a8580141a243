"""The checks on what people wrote: answers of QASPER's annotators, in their own words."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from rag.verify import verify
from tests.values import make_evidence, make_paper

MAX_WORDS = 60


def supported(answer: str, passage: str) -> bool:
    evidence = make_evidence(make_paper({"": [passage]}, title="", year=None))
    draft = verify(f"{answer.rstrip('.')} [1].", evidence)
    return bool(draft.citations) and not draft.unsupported


def pairs(questions: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Free-form answers, each with its one passage of evidence; figures are in tables elsewhere."""
    return [
        (answer, passages[0])
        for question in questions
        for answer, passages in zip(question["answers"], question["evidence"], strict=False)
        if len(question["answers"]) == len(question["evidence"])
        and len(passages) == 1
        and 5 <= len(answer.split()) <= MAX_WORDS
        and "\n" not in answer
        and answer.strip(" .") not in passages[0]
        and not any(character.isdigit() for character in answer)
    ]


@pytest.mark.corpus
def test_annotators_own_words_are_borne_out_by_their_passage_and_not_by_another(
    corpus_data: Path,
) -> None:
    lines = (corpus_data / "qasper-train" / "questions.jsonl").read_text("utf-8").splitlines()
    true = pairs([json.loads(line) for line in lines])
    passages = [passage for _, passage in true]
    decoys = [
        (answer, other)
        for (answer, own), other in zip(true, chain(passages[1:], passages[:1]), strict=True)
        if own != other
    ]
    accepted = sum(supported(*pair) for pair in true) / len(true)
    fooled = sum(supported(*pair) for pair in decoys) / len(decoys)
    assert len(true) > 200
    assert accepted > 0.9
    assert fooled < 0.25

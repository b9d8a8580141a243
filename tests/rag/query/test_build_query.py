from __future__ import annotations

import pytest

from rag.build_query import asks_model
from rag.config import Settings

ENGLISH, GERMAN = "Which learning rate is used?", "Welche Lernrate wird verwendet?"
NO_FORMS = {"hyde": False, "multi_query": False}


@pytest.mark.parametrize(
    ("query", "rerank", "asked"),
    [
        ({}, "auto", [True, True]),
        (NO_FORMS, "auto", [False, True]),
        ({**NO_FORMS, "step_back": True}, "auto", [True, True]),
        ({**NO_FORMS, "translate": False}, "auto", [False, False]),
        ({**NO_FORMS, "translate": False}, "llm", [True, True]),
    ],
)
def test_which_questions_go_to_the_model(
    query: dict[str, bool], rerank: str, asked: list[bool]
) -> None:
    tables = {"query": query, "rerank": {"kind": rerank}}
    settings = Settings.model_validate({**tables, "llm": {"model": "openai/some"}})
    assert [asks_model(settings, question) for question in (ENGLISH, GERMAN)] == asked
    without = Settings.model_validate(tables)
    assert not any(asks_model(without, question) for question in (ENGLISH, GERMAN))

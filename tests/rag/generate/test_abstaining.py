from __future__ import annotations

from dataclasses import replace

import pytest

from rag.generate.abstaining import missing_words, not_found
from rag.generate.candidates import candidates
from rag.types import Kind, Role, Section
from tests.rag.generate.made_evidence import made_evidence

TRAINING = made_evidence(
    [(Kind.PARAGRAPH, "We train with Adam for ten hours. The batches hold 64 sentences.")],
    title="Training",
)
VIENNA = made_evidence([(Kind.PARAGRAPH, "Vienna is a large town.")], rank=2, title="Towns", page=7)
EVIDENCE = (TRAINING, VIENNA)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many hours is it trained with Adam?", []),
        ("What is the capital of Peru?", ["capital", "Peru"]),
        ("Does Turing live in Vienna or in Peru?", ["live", "Peru"]),
        ("Is Peru not in Peru?", ["Peru"]),
        ("Which GPT-2 checkpoint is it?", ["GPT-2", "checkpoint"]),
        ("", []),
    ],
)
def test_what_is_missing_are_the_telling_words_found_nowhere(
    question: str, missing: list[str]
) -> None:
    assert missing_words(question, EVIDENCE) == missing


def test_an_abstention_says_what_was_looked_for_and_what_is_near() -> None:
    batches = candidates(EVIDENCE)[1]
    draft = not_found("What is the capital of Peru?", EVIDENCE, [batches])
    assert draft.text == (
        "Not found in these papers: no sentence answers the question well enough to be quoted. "
        "No passage found speaks of “capital” or “Peru”.\n\n"
        "The nearest things found:\n\n"
        "- (Lovelace and Turing 2020, §3 Training, p. 3): “The batches hold 64 sentences.”\n"
        "- (Lovelace and Turing 2020, §3 Towns, p. 7)"
    )
    assert draft.abstained
    assert draft.citations == ()


def test_a_place_is_named_once_and_three_at_most() -> None:
    places = [
        made_evidence([(Kind.PARAGRAPH, "It is so.")], rank=n, title=f"Part {n // 2}")
        for n in range(2, 12)
    ]
    lines = not_found("Why?", places, ()).text.splitlines()[-4:]
    assert lines == ["", *(f"- (Lovelace and Turing 2020, §3 Part {n}, p. 3)" for n in (1, 2, 3))]


def test_a_bibliography_is_no_near_thing_while_there_is_another() -> None:
    entry = made_evidence([(Kind.REFERENCE, "A. Smith. 2001.")], title="References")
    listed = (Section("", "References", 1, Role.REFERENCES, None, 9),)
    entries = replace(entry, path=listed)
    assert "References" not in not_found("Why?", (entries, VIENNA), ()).text
    assert "References" in not_found("Why?", (entries,), ()).text


def test_without_evidence_there_is_nothing_near() -> None:
    assert not_found("Why?", (), ()).text.endswith("nothing there matches the question.")

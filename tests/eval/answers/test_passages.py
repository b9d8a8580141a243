"""Cited paragraphs against gold evidence."""

from __future__ import annotations

import pytest

from eval.answers.passages import cited_paragraph, evidence_scores
from eval.answers.values import Given, Passage
from eval.datasets import Question
from tests.eval.answers.made_answers import DATA, PAIRS, RATE, TRAINING, cited

OTHER = "Nothing of all this is said in the third of the paragraphs that are cited here."
BOTH = Passage("c3", "one", f"{RATE}\n\n{OTHER}", ("3 Method",), (4,))


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("a learning rate of one tenth", RATE),
        (OTHER[:20], OTHER),
        (f"in all.\n\n{OTHER[:9]}", f"{RATE}\n\n{OTHER}"),
        ("not there", f"{RATE}\n\n{OTHER}"),
        ("", f"{RATE}\n\n{OTHER}"),
    ],
)
def test_the_paragraph_of_a_quote(quote: str, expected: str) -> None:
    citation = cited(BOTH)
    assert cited_paragraph(type(citation)("[1]", BOTH, quote)) == expected


def scores(evidence: tuple[tuple[str, ...], ...], *quotes: tuple[Passage, str]) -> list[float]:
    citations = tuple(cited(passage, quote=quote) for passage, quote in quotes)
    question = Question("q", "?", evidence=evidence)
    return list(evidence_scores(question, Given("q", "x", citations=citations)).values())


@pytest.mark.parametrize(
    ("evidence", "quotes", "expected"),
    [
        (((RATE,),), [(TRAINING, RATE)], [1.0, 1.0, 1.0]),
        (((RATE, PAIRS),), [(TRAINING, RATE)], [1.0, 0.5, 2 / 3]),
        (((RATE,),), [(TRAINING, RATE), (DATA, PAIRS)], [0.5, 1.0, 2 / 3]),
        # the paragraph counts once, however many of its sentences are cited
        (((RATE,),), [(TRAINING, "Adam"), (TRAINING, "ninety"), (DATA, "")], [0.5, 1.0, 2 / 3]),
        # in a chunk, the paragraph with the quote counts, not the one beside it
        (((RATE,),), [(BOTH, OTHER)], [0.0, 0.0, 0.0]),
        # two annotators: the one with the better F1
        (((PAIRS,), (RATE,)), [(TRAINING, RATE)], [1.0, 1.0, 1.0]),
        (((RATE,),), [], [0.0, 0.0, 0.0]),
        (((RATE, ""), ()), [(TRAINING, RATE)], [1.0, 1.0, 1.0]),
    ],
)
def test_precision_recall_and_f1(
    evidence: tuple[tuple[str, ...], ...],
    quotes: list[tuple[Passage, str]],
    expected: list[float],
) -> None:
    assert scores(evidence, *quotes) == pytest.approx(expected)


def test_questions_without_evidence_in_the_text_are_not_scored() -> None:
    assert scores(((),)) == []
    question = Question("q", "?", answerable=False, evidence=((RATE,),))
    assert evidence_scores(question, Given("q", "x")) == {}

"""ALCE's citation recall and precision, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.answers.attribution import Support, citation_scores, statements
from eval.answers.support import lexical
from eval.answers.values import Cited, Given, Passage
from tests.eval.answers.made_answers import DATA, PAIRS, RATE, TRAINING, cited

PASSAGES = {name: Passage(name, "one", f"text of {name}") for name in "abc"}
TEXT = "The model is trained on pairs of sentences"


def bears_out(*sufficient: str) -> Support:
    """A judge for whom a statement is borne out by any passages that hold one of these sets."""

    def support(statement: str, passages: Sequence[Passage]) -> bool:
        assert passages
        held = {passage.chunk_id for passage in passages}
        return any(set(each) <= held for each in sufficient)

    return support


def answer(*cited_by_sentence: str) -> Given:
    """A sentence for each, which cites the passages that the letters name."""
    numbers = {name: number for number, name in enumerate(PASSAGES, 1)}
    marks = ("".join(f"[{numbers[name]}]" for name in names) for names in cited_by_sentence)
    text = " ".join(f"{TEXT}{f' {mark}' if mark else ''}." for mark in marks)
    citations = tuple(Cited(f"[{numbers[n]}]", p, p.text) for n, p in PASSAGES.items())
    return Given("q", text, citations=citations)


@pytest.mark.parametrize(
    ("cited_by_sentence", "sufficient", "recall", "precision"),
    [
        (["a"], ["a"], 1.0, 1.0),
        (["a"], ["b"], 0.0, 0.0),
        (["a", ""], ["a"], 0.5, 1.0),  # a sentence without a citation is not borne out
        (["", ""], ["a"], 0.0, 0.0),
        (["ab"], ["a"], 1.0, 0.5),  # b says nothing, and a does without it
        (["ab"], ["ab"], 1.0, 1.0),  # neither does alone: both are needed
        (["ab"], ["a", "b"], 1.0, 1.0),  # either does alone: neither is beside the point
        (["abc"], ["ab"], 1.0, 2 / 3),
        (["ab", "c"], ["a"], 0.5, 1 / 3),  # nothing of a statement that is not borne out counts
        (["ab", "a", ""], ["a"], 2 / 3, 2 / 3),
    ],
)
def test_citation_recall_and_precision(
    cited_by_sentence: list[str], sufficient: list[str], recall: float, precision: float
) -> None:
    found = citation_scores(answer(*cited_by_sentence), bears_out(*sufficient))
    assert found == pytest.approx({"citation R": recall, "citation P": precision})


def test_what_says_nothing_has_no_citations_to_judge() -> None:
    for given in (Given("q", "Not found.", abstained=True), Given("q", error="down")):
        assert citation_scores(given, bears_out("a")) == {}
    nothing = {"citation R": 0.0, "citation P": 0.0}
    assert citation_scores(Given("q", ""), bears_out("a")) == nothing


def test_statements_are_sentences_rows_and_no_headings() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 [1] |"
    text = f"## Training\n\n{TEXT} [1]. [unsupported] So it is written [2].\n\n{table}"
    found = statements(Given("q", text, citations=answer("a").citations))
    assert [(s.text, [p.chunk_id for p in s.cited]) for s in found] == [
        (f"{TEXT}.", ["a"]),
        ("So it is written.", ["b"]),
        ("| 1 | 2 |", ["a"]),
    ]


def test_a_marker_with_two_quotes_of_one_passage_cites_it_once() -> None:
    twice = tuple(Cited("[1]", PASSAGES["a"], quote) for quote in ("text", "of a"))
    [statement] = statements(Given("q", f"{TEXT} [1].", citations=twice))
    assert statement.cited == (PASSAGES["a"],)


def test_all_sentences_of_a_quotation_cite_it() -> None:
    quote = f"{RATE}\n{PAIRS}"
    both = Passage("c4", "one", quote)
    found = statements(Given("q", f"{RATE} {PAIRS} [1] {TEXT}.", citations=(cited4(both),)))
    assert [bool(statement.cited) for statement in found] == [True, True, False]


def cited4(passage: Passage) -> Cited:
    return Cited("[1]", passage, passage.text)


@pytest.mark.parametrize(
    ("statement", "passages", "right"),
    [
        ("They train with Adam for 90 epochs.", [TRAINING], True),
        ("They train with Adam for 80 epochs.", [TRAINING], False),
        ("They train with Adam for 90 epochs.", [DATA], False),
        ("They train with Adam for 90 epochs.", [DATA, TRAINING], True),
        ("The corpus does not hold sentence pairs of parliaments.", [DATA], False),
        (
            "Row one: 77.5 accuracy",
            [Passage("t", "one", "77.5", shown="Row one: 77.5 accuracy")],
            True,
        ),
    ],
)
def test_the_lexical_judge_is_that_of_verification(
    statement: str, passages: list[Passage], right: bool
) -> None:
    assert lexical(statement, passages) == right


def test_quotations_are_borne_out() -> None:
    given = Given("q", f"{RATE} [1] {PAIRS} [2]", citations=(cited(TRAINING), cited(DATA, "[2]")))
    assert citation_scores(given, lexical) == {"citation R": 1.0, "citation P": 1.0}

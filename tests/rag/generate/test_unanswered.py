"""What stands in an answer's place where a model finds none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.generate.unanswered import NOT_FOUND_TEXT, unanswered
from rag.types import Evidence, Line, Role, Span
from tests.values import make_evidence, make_paper

EVIDENCE = make_evidence(
    make_paper(
        {
            "Attention": ["We employ 8 heads [3, 4]. They are\nsmall."],
            "Regularization": ["We apply dropout at a rate of 0.1."],
            "Training": ["We train for 12 hours."],
            "Data": ["We use two corpora."],
        },
        title="Attention",
    )
)


def marked(evidence: Evidence, words: str) -> Evidence:
    at = evidence.chunk.text.index(words)
    return replace(evidence, marked=(Span(at, at + len(words)),))


def places(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("- ")]


def test_the_places_with_marked_sentences_come_first() -> None:
    first, second, *rest = EVIDENCE
    evidence = [first, marked(second, "We apply dropout at a rate of 0.1."), *rest]
    assert places(unanswered("What is the rate?", evidence)) == [
        "- (Lovelace 2020, §2 Regularization, p. 2): “We apply dropout at a rate of 0.1.”",
        "- (Lovelace 2020, §1 Attention, p. 1)",
        "- (Lovelace 2020, §3 Training, p. 3)",
    ]


def test_the_page_is_that_of_the_sentence() -> None:
    """A passage made wider begins pages before."""
    first, *_ = EVIDENCE
    [element] = first.elements
    words = "They are\nsmall."
    at = first.chunk.span.start + first.chunk.text.index(words)
    box = element.lines[0].box
    lines = (
        Line(Span(first.chunk.span.start, at - 1), box),
        Line(Span(at, first.chunk.span.end), replace(box, page=7)),
    )
    wide = replace(first, elements=(replace(element, lines=lines),))
    [line] = places(unanswered("Which size?", [marked(wide, words)]))
    assert line.startswith("- (Lovelace 2020, §1 Attention, p. 7)")


def test_a_sentence_takes_one_line_and_has_no_marks_of_its_own() -> None:
    evidence = [marked(EVIDENCE[0], "We employ 8 heads [3, 4]. They are\nsmall.")]
    [line] = places(unanswered("How many heads?", evidence))
    assert line.endswith(": “We employ 8 heads. They are small.”")


@pytest.mark.parametrize(
    ("question", "told"),
    [("Was the numbat asked?", " None of them speaks of “numbat”.\n"), ("Which heads?", "\n")],
)
def test_words_that_are_nowhere_are_named(question: str, told: str) -> None:
    assert unanswered(question, EVIDENCE).startswith(f"{NOT_FOUND_TEXT}{told}")


def test_bibliographies_are_no_place_to_look() -> None:
    first, second, *_ = EVIDENCE
    path = (*second.path[:-1], replace(second.section, role=Role.REFERENCES))
    entries = replace(second, path=path)
    assert places(unanswered("Which heads?", [entries, first])) == [
        "- (Lovelace 2020, §1 Attention, p. 1)"
    ]
    assert len(places(unanswered("Which heads?", [entries]))) == 1


def test_nothing_that_was_read_is_nowhere_to_look() -> None:
    assert unanswered("Which heads?", []) == NOT_FOUND_TEXT

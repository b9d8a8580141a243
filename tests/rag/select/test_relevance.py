"""What is left out for being far behind, and what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.select.relevance import Relevance
from rag.types import Filter, Query, Span, WeighedSentence
from tests.values import make_evidence, make_paper

QUERY = Query("How many heads are there?")
PAPER = make_paper({"Method": [f"Eight heads. Of them {n} are odd. So be it." for n in range(5)]})
EVIDENCE = make_evidence(PAPER)
PARTS = (Span(0, 12), Span(13, 31), Span(32, 41))


def weighed(*odds: tuple[int, int, float]) -> list[WeighedSentence]:
    return [WeighedSentence(at, PARTS[part], value) for at, part, value in odds]


def selected(floor: float, margin: float, most: int, *odds: tuple[int, int, float]):
    step = Relevance(lambda *_: weighed(*odds), floor, margin, most)
    return step.select(QUERY, EVIDENCE[:3])


def kept(floor: float, *odds: tuple[int, int, float]) -> list[str]:
    made = selected(floor, 0, 0, *odds).evidence
    return [e.chunk.text.split()[4] for e in made]


@pytest.mark.parametrize(
    ("floor", "left"), [(0, "012"), (1, "1"), (2, "12"), (5, "12"), (6, "012"), (9, "012")]
)
def test_a_passage_far_behind_the_best_is_left_out(floor: float, left: str) -> None:
    assert kept(floor, (0, 0, -4), (1, 0, 2), (1, 1, -9), (2, 0, 0)) == list(left)


def test_what_was_not_weighed_stays() -> None:
    assert kept(1, (0, 0, -4), (1, 0, 2)) == ["1", "2"]
    assert kept(1) == ["0", "1", "2"]


def test_the_best_sentences_are_marked_where_they_stand() -> None:
    made = selected(0, 2, 2, (0, 0, 1.0), (0, 2, 1.5), (1, 1, 2.0), (2, 1, -3.0))
    assert [e.marked for e in made.evidence] == [(PARTS[2],), (PARTS[1],), ()]
    assert made.note == "marked 2 sentences"


def test_what_is_left_out_is_said_by_its_rank() -> None:
    made = selected(2, 0, 1, (0, 0, -4), (1, 0, 2), (2, 0, 1))
    assert made.note == "left out [1]; marked 1 sentence"
    assert [e.rank for e in made.evidence] == [1, 2]


def test_a_comparison_keeps_the_best_of_each_paper() -> None:
    other = make_evidence(make_paper({"Method": ["Nine heads. So be it."]}, paper_id="p9876543210"))
    evidence = (*EVIDENCE[:2], *other)
    found = [*weighed((0, 0, 4.0), (1, 0, -4.0)), WeighedSentence(2, Span(0, 11), -9.0)]
    papers = frozenset(each.chunk.paper_id for each in evidence)
    step = Relevance(lambda *_: found, 3.0, 1.0, 8)
    whole = step.select(QUERY, evidence).evidence
    compared = step.select(Query(QUERY.text, Filter(papers)), evidence).evidence
    assert [e.chunk.text for e in whole] == [evidence[0].chunk.text]
    assert [e.chunk.text for e in compared] == [evidence[0].chunk.text, evidence[2].chunk.text]
    assert all(e.marked for e in compared)


ODDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.floats(-9, 9)), max_size=15)


@given(ODDS, st.floats(0, 9), st.floats(0, 9), st.integers(0, 9))
def test_the_best_stays_and_marks_are_few_and_in_their_passages(
    odds: list[tuple[int, int, float]], floor: float, margin: float, most: int
) -> None:
    step = Relevance(lambda *_: weighed(*odds), floor, margin, most)
    made = step.select(QUERY, EVIDENCE).evidence
    texts = [e.chunk.text for e in made]
    if odds:
        best = max(odds, key=lambda each: each[2])[0]
        assert EVIDENCE[best].chunk.text in texts
    assert sorted(texts) == texts
    assert len(set(texts)) == len(texts)
    assert sum(len(e.marked) for e in made) <= most
    assert all(mark.end <= len(e.chunk.text) for e in made for mark in e.marked)

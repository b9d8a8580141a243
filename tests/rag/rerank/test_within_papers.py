from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.rerank.within_papers import WithinPapers
from rag.types import Candidate, Filter, Judgement, Query, Ranking
from tests.rag.rerank.candidates import candidates

FOUND = [replace(c, score=s) for c, s in zip(candidates("a", "b"), (0.7, 0.2), strict=True)]


class Turned:
    """Likes the last best."""

    name = "turned"

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        return Judgement(tuple(float(place) for place in range(len(candidates))))


def test_the_passages_of_given_papers_are_judged() -> None:
    query = Query("q", Filter(frozenset({"p1"})))
    assert WithinPapers(Turned()).rerank(query, FOUND, []) == Judgement((0.0, 1.0))


def test_over_a_whole_library_the_order_stays_and_the_trace_says_why() -> None:
    query = Query("q", Filter(year_from=2020))
    judged = WithinPapers(Turned()).rerank(query, FOUND, [])
    assert judged.scores == (0.7, 0.2)
    assert "given papers" in judged.note
    assert WithinPapers(Turned()).name == "turned"

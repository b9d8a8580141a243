from __future__ import annotations

from collections.abc import Sequence

from rag.lifting import lifted
from rag.types import Hit, Ranking

PAPER_OF = {"a0": "A", "a1": "A", "a2": "A", "b0": "B", "b1": "B", "c1": "C"}


def papers_of(chunk_ids: Sequence[str]) -> dict[str, str]:
    return {chunk_id: PAPER_OF[chunk_id] for chunk_id in chunk_ids if chunk_id in PAPER_OF}


def test_a_chunk_stands_where_its_paper_does() -> None:
    chunks = Ranking.from_scores("bm25/original", [("c1", 9.0), ("a1", 8.0), ("b1", 7.0)])
    more = Ranking.from_scores("dense/original", [("a2", 0.5)])
    papers = Ranking.from_scores("bm25/papers", [("b0", 3.0), ("a0", 2.0), ("b1", 1.0)])
    first, second, third = lifted([chunks, more, papers], papers_of)
    assert (first, second) == (chunks, more)
    assert third == Ranking(
        "bm25/papers", (Hit("b1", 3.0, 1), Hit("a1", 2.0, 2), Hit("a2", 2.0, 2))
    )


def test_what_is_not_visible_counts_for_nothing() -> None:
    chunks = Ranking.from_scores("bm25/original", [("a1", 8.0), ("ghost", 7.0)])
    papers = Ranking.from_scores("bm25/papers", [("ghost", 3.0), ("a0", 2.0)])
    assert lifted([chunks, papers], papers_of)[1].hits == (Hit("a1", 2.0, 1),)


def test_without_a_ranking_of_papers_nothing_is_looked_up() -> None:
    chunks = Ranking.from_scores("bm25/original", [("a1", 8.0)])
    assert lifted([chunks], lambda _: {}["nothing is to be looked up"]) == [chunks]
    assert lifted([], papers_of) == []

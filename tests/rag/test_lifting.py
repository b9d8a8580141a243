from __future__ import annotations

from collections.abc import Sequence

from rag.lifting import Home, lifted
from rag.types import Hit, Ranking

# Papers A and B have abstracts a0 and b0; C has one that nobody finds, and D has none.
IDS = ("a0", "a1", "a2", "b0", "b1", "c1", "d1")
DEPTH = 3


def homes_of(chunk_ids: Sequence[str]) -> dict[str, Home]:
    return {i: Home(i[0].upper(), i[0] != "d") for i in chunk_ids if i in IDS}


def chunks(*chunk_ids: str) -> Ranking:
    return Ranking.from_scores("bm25/original", [(i, 1.0) for i in chunk_ids])


def papers(**scores: float) -> Ranking:
    return Ranking.from_scores("bm25/papers", list(scores.items()))


def test_a_chunk_stands_where_its_paper_does() -> None:
    more = Ranking.from_scores("dense/original", [("a2", 0.5)])
    first, second, third = lifted(
        [chunks("a1", "b1"), more, papers(b0=3.0, a0=2.0, b1=1.0)], homes_of, DEPTH
    )
    assert (first, second) == (chunks("a1", "b1"), more)
    assert third == Ranking(
        "bm25/papers", (Hit("b1", 3.0, 1), Hit("a1", 2.0, 2), Hit("a2", 2.0, 2))
    )


def test_a_paper_that_was_not_found_is_last() -> None:
    cut_off = lifted([chunks("a1", "c1"), papers(b0=3.0, a0=2.0, a1=1.5)], homes_of, DEPTH)[1]
    assert cut_off.hits == (Hit("a1", 2.0, 1), Hit("c1", 2.0, 1))
    complete = lifted([chunks("a1", "c1"), papers(b0=3.0, a0=2.0)], homes_of, DEPTH)[1]
    assert complete.hits == (Hit("a1", 2.0, 1), Hit("c1", 0.0, 2))


def test_of_a_paper_without_an_abstract_nothing_is_known() -> None:
    made = lifted([chunks("a1", "b1", "d1"), papers(b0=3.0, a0=2.0)], homes_of, DEPTH)[1]
    assert made.hits == (Hit("b1", 3.0, 1), Hit("d1", 2.5, 2), Hit("a1", 2.0, 3))


def test_what_is_not_visible_counts_for_nothing() -> None:
    made = lifted([chunks("a1", "ghost"), papers(ghost=3.0, a0=2.0)], homes_of, DEPTH)[1]
    assert made.hits == (Hit("a1", 2.0, 1),)
    assert lifted([chunks("a1"), papers(ghost=3.0)], homes_of, DEPTH)[1].hits == ()


def test_without_a_ranking_of_papers_nothing_is_looked_up() -> None:
    assert lifted([chunks("a1")], lambda _: {}["nothing"], DEPTH) == [chunks("a1")]
    assert lifted([], homes_of, DEPTH) == []

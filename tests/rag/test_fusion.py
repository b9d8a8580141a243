from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import ReciprocalRankFusion, distinct
from rag.types import Chunk, Ranking, Span


def ranking(source: str, *ids: str) -> Ranking:
    return Ranking.from_scores(source, [(c, -i) for i, c in enumerate(ids)])


def chunk(chunk_id: str, text: str, start: int = 0, paper_id: str = "p1") -> Chunk:
    return Chunk(chunk_id, paper_id, 0, Span(start, start + len(text)), text, "", ())


def test_scores_are_the_published_formula() -> None:
    fused = ReciprocalRankFusion().fuse(
        [ranking("dense/original", "a", "b", "c"), ranking("bm25/original", "c", "a")]
    )
    scores = {hit.chunk_id: hit.score for hit in fused.hits}
    assert scores["a"] == pytest.approx(1 / 61 + 1 / 62)
    assert scores["b"] == pytest.approx(1 / 62)
    assert scores["c"] == pytest.approx(1 / 63 + 1 / 61)
    assert [hit.chunk_id for hit in fused.hits] == ["a", "c", "b"]
    assert [hit.rank for hit in fused.hits] == [1, 2, 3]


def test_a_weight_goes_to_every_ranking_of_its_index() -> None:
    fusion = ReciprocalRankFusion(weights={"bm25": 3.0})
    fused = fusion.fuse([ranking("dense/original", "a"), ranking("bm25/original", "b")])
    assert [(h.chunk_id, h.score) for h in fused.hits] == [("b", 3 / 61), ("a", 1 / 61)]


def test_ties_break_by_id() -> None:
    fused = ReciprocalRankFusion().fuse([ranking("x/o", "b"), ranking("y/o", "a")])
    assert [hit.chunk_id for hit in fused.hits] == ["a", "b"]


def test_nothing_fuses_to_nothing() -> None:
    assert ReciprocalRankFusion().fuse([]).hits == ()


ids = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(st.lists(ids, max_size=5), st.randoms())
def test_the_order_of_the_rankings_does_not_matter(lists: list[list[str]], random: object) -> None:
    rankings = [ranking(f"r{i}/o", *each) for i, each in enumerate(lists)]
    shuffled = list(rankings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    fusion = ReciprocalRankFusion()
    assert fusion.fuse(rankings) == fusion.fuse(shuffled)


@given(st.lists(ids, max_size=5))
def test_every_chunk_comes_once_and_best_first(lists: list[list[str]]) -> None:
    fused = ReciprocalRankFusion().fuse([ranking(f"r{i}/o", *x) for i, x in enumerate(lists)])
    found = [hit.chunk_id for hit in fused.hits]
    assert sorted(found) == sorted({c for each in lists for c in each})
    assert [h.score for h in fused.hits] == sorted((h.score for h in fused.hits), reverse=True)


def test_a_repeated_text_is_folded_into_the_better_hit() -> None:
    text = "the model is trained with adam and a warm up of four thousand steps"
    found = [
        (chunk("a", text), 3.0),
        (chunk("b", text + " indeed", paper_id="p2"), 2.0),
        (chunk("c", "an entirely different sentence about data", start=500), 1.0),
    ]
    kept = distinct(found, overlap=0.8)
    assert [(d.chunk.chunk_id, d.duplicates) for d in kept] == [("a", ("b",)), ("c", ())]


def test_overlapping_windows_of_one_paper_are_folded() -> None:
    found = [(chunk("a", "x" * 100, 0), 2.0), (chunk("b", "y" * 100, 15), 1.0)]
    assert len(distinct(found, overlap=0.8)) == 1
    assert len(distinct(found, overlap=0.9)) == 2


def test_only_as_many_as_asked_for_are_kept() -> None:
    found = [(chunk(str(i), f"text number {i}", 100 * i), 1.0) for i in range(9)]
    assert [d.chunk.chunk_id for d in distinct(found, 0.8, keep=3)] == ["0", "1", "2"]

"""The formulas, on examples worked out by hand; what both fusions keep to is tested beside."""

from __future__ import annotations

import pytest

from rag.fusion import ReciprocalRankFusion, ScoreSum
from rag.types import Ranking


def ranking(source: str, *ids: str) -> Ranking:
    return Ranking.from_scores(source, [(c, -i) for i, c in enumerate(ids)])


def scored(source: str, **scores: float) -> Ranking:
    return Ranking.from_scores(source, list(scores.items()))


def scores_of(fused: Ranking) -> dict[str, float]:
    return {hit.chunk_id: hit.score for hit in fused.hits}


def test_reciprocal_ranks_are_the_published_formula() -> None:
    fused = ReciprocalRankFusion().fuse(
        [ranking("dense/original", "a", "b", "c"), ranking("bm25/original", "c", "a")]
    )
    scores = scores_of(fused)
    assert scores["a"] == pytest.approx(1 / 61 + 1 / 62)
    assert scores["b"] == pytest.approx(1 / 62)
    assert scores["c"] == pytest.approx(1 / 63 + 1 / 61)
    assert [hit.chunk_id for hit in fused.hits] == ["a", "c", "b"]


def test_scores_are_summed_in_standard_deviations() -> None:
    """Scores 1, 2, 3: mean 2, deviation sqrt(2/3). Scores 10, 30: mean 20, deviation 10."""
    unit = (2 / 3) ** -0.5
    fused = ScoreSum().fuse(
        [scored("dense/original", a=3, b=2, c=1), scored("bm25/original", b=30, d=10)]
    )
    assert scores_of(fused) == pytest.approx(
        {
            "a": unit - 1,  # not in the second ranking: its lowest z, -1
            "b": 0 + 1,
            "c": -unit - 1,
            "d": -unit - 1,  # not in the first: the same as c there
        }
    )
    assert [hit.chunk_id for hit in fused.hits] == ["b", "a", "c", "d"]


def test_a_scale_makes_no_difference_to_a_sum_of_scores() -> None:
    first, second = scored("x/o", a=3, b=2, c=1), scored("y/o", c=0.9, a=0.5)
    wide = scored("y/o", c=1000 + 90, a=1000 + 50)
    assert scores_of(ScoreSum().fuse([first, wide])) == pytest.approx(
        scores_of(ScoreSum().fuse([first, second]))
    )


@pytest.mark.parametrize(
    "flat", [scored("x/o", b=7), scored("x/o", b=7, c=7), scored("x/o", b=0.3, c=0.1 + 0.2)]
)
def test_a_ranking_that_tells_nothing_apart_counts_nothing_in_a_sum_of_scores(
    flat: Ranking,
) -> None:
    assert set(scores_of(ScoreSum().fuse([flat])).values()) == {0.0}
    other = scored("y/o", a=2, b=1)
    assert ScoreSum().fuse([flat, other]).hits[0] == ScoreSum().fuse([other]).hits[0]


def test_a_weight_goes_to_every_ranking_of_its_index() -> None:
    fusion = ReciprocalRankFusion(weights={"bm25": 3.0})
    fused = fusion.fuse([ranking("dense/original", "a"), ranking("bm25/original", "b")])
    assert [(h.chunk_id, h.score) for h in fused.hits] == [("b", 3 / 61), ("a", 1 / 61)]


def test_the_weights_of_index_and_variant_are_multiplied() -> None:
    fusion = ReciprocalRankFusion(weights={"bm25": 3.0}, variant_weights={"hyde": 0.5})
    fused = fusion.fuse([ranking("bm25/hyde", "a"), ranking("dense/hyde", "b")])
    assert scores_of(fused) == {"a": 1.5 / 61, "b": 0.5 / 61}


def test_one_of_a_family_has_the_familys_weight_or_its_own() -> None:
    weights = {"multi-query": 0.5, "multi-query-2": 4.0, "step": 9.0}
    rankings = [
        ranking("dense/multi-query-1", "a"),
        ranking("dense/multi-query-2", "b"),
        ranking("dense/multi-query-12", "c"),
        ranking("dense/step-back", "d"),
    ]
    fused = ReciprocalRankFusion(variant_weights=weights).fuse(rankings)
    assert scores_of(fused) == {"a": 0.5 / 61, "b": 4 / 61, "c": 0.5 / 61, "d": 1 / 61}

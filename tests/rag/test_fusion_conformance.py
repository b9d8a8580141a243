"""What every fusion keeps to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import ReciprocalRankFusion, ScoreSum
from rag.protocols import Fusion
from rag.types import Ranking

WEIGHTS = {"dense": 2.0, "bm25": 0.7}
VARIANTS = {"hyde": 0.3, "multi-query": 1.7}
MAKERS: list[Callable[..., Fusion]] = [ReciprocalRankFusion, ScoreSum]
EACH = pytest.mark.parametrize("make", MAKERS)


def ranking(source: str, scores: dict[str, float]) -> Ranking:
    return Ranking.from_scores(source, list(scores.items()))


sources = st.sampled_from(["dense/original", "bm25/original", "dense/hyde", "bm25/multi-query-2"])
scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e3, 1e3), max_size=8)
lists = st.lists(st.builds(ranking, sources, scores), max_size=6)


@EACH
@given(rankings=lists, random=st.randoms())
def test_the_order_of_the_rankings_does_not_matter(
    make: Callable[..., Fusion], rankings: list[Ranking], random: Random
) -> None:
    fusion = make(weights=WEIGHTS, variant_weights=VARIANTS)
    shuffled = random.sample(rankings, len(rankings))
    assert fusion.fuse(rankings) == fusion.fuse(shuffled)


@EACH
@given(rankings=lists)
def test_every_chunk_comes_once_best_first_and_ties_by_id(
    make: Callable[..., Fusion], rankings: list[Ranking]
) -> None:
    fused = make().fuse(rankings)
    assert fused.source == "fused"
    assert sorted(h.chunk_id for h in fused.hits) == sorted(
        {h.chunk_id for r in rankings for h in r.hits}
    )
    assert [h.rank for h in fused.hits] == list(range(1, len(fused.hits) + 1))
    assert all((-a.score, a.chunk_id) < (-b.score, b.chunk_id) for a, b in pairwise(fused.hits))


@EACH
@given(scores=scores)
def test_one_ranking_keeps_its_order(make: Callable[..., Fusion], scores: dict[str, float]) -> None:
    alone = ranking("dense/original", scores)
    best = {c: max(scores.values()) - s for c, s in scores.items()}
    fused = [h.chunk_id for h in make().fuse([alone]).hits]
    assert all(best[a] <= best[b] + 1e-5 for a, b in pairwise(fused))


@EACH
@given(rankings=lists, random=st.randoms())
def test_a_chunk_that_rises_in_one_ranking_does_not_fall(
    make: Callable[..., Fusion], rankings: list[Ranking], random: Random
) -> None:
    long = [i for i, each in enumerate(rankings) if len(each.hits) > 1]
    if not long:
        return
    at = random.choice(long)
    hits = rankings[at].hits
    raised = hits[-1].chunk_id
    swapped = {h.chunk_id: h.score for h in hits} | {
        hits[0].chunk_id: hits[-1].score,
        raised: hits[0].score,
    }
    changed = [*rankings[:at], ranking(rankings[at].source, swapped), *rankings[at + 1 :]]
    before = {h.chunk_id: h.score for h in make().fuse(rankings).hits}
    after = {h.chunk_id: h.score for h in make().fuse(changed).hits}
    assert after[raised] >= before[raised]


@EACH
def test_ties_break_by_id(make: Callable[..., Fusion]) -> None:
    fused = make().fuse([ranking("x/o", {"b": 1, "c": 0}), ranking("y/o", {"a": 1, "c": 0})])
    found = {h.chunk_id: h for h in fused.hits}
    assert found["a"].score == found["b"].score
    assert found["a"].rank < found["b"].rank


@EACH
def test_a_weight_of_nothing_leaves_a_ranking_without_a_say(make: Callable[..., Fusion]) -> None:
    rankings = [ranking("dense/o", {"a": 2, "b": 1}), ranking("bm25/o", {"b": 9, "a": 1})]
    assert make(weights={"bm25": 0.0}).fuse(rankings) == make().fuse(rankings[:1])
    silent = [rankings[0], replace(rankings[1], source="dense/hyde-1")]
    assert make(variant_weights={"hyde": 0.0}).fuse(silent) == make().fuse(rankings[:1])


@EACH
def test_nothing_fuses_to_nothing(make: Callable[..., Fusion]) -> None:
    assert make().fuse([]).hits == ()
    assert make().fuse([Ranking("dense/original", ())]).hits == ()

from __future__ import annotations

import numpy as np
import pytest

from rag.rerank.places import places
from rag.rerank.scores import NAMES, joint_scores, score_features, standardised
from rag.types import Ranking
from tests.rag.rerank.candidates import candidates

FOUND = candidates("one", "two", "three")
ONE, TWO, THREE = (c.chunk.chunk_id for c in FOUND)


def of(source: str, **scores: float) -> Ranking:
    ids = {"one": ONE, "two": TWO, "three": THREE}
    return Ranking.from_scores(source, [(ids[name], score) for name, score in scores.items()])


def test_scores_are_standardised_over_the_candidates() -> None:
    scores = joint_scores(FOUND, [of("dense/original", one=0.5, two=0.3, three=0.1)], {})
    np.testing.assert_allclose(scores["dense"], [1.5**0.5, 0, -(1.5**0.5)], atol=1e-6)
    np.testing.assert_array_equal(scores["bm25"], [0, 0, 0])


def test_a_candidate_without_any_of_the_words_scores_nothing() -> None:
    """The lists reach all: the dense one has three hits, BM25 found the words in one."""
    rankings = [
        of("dense/original", one=0.5, two=0.3, three=0.1),
        of("bm25/original", one=6, two=3),
    ]
    np.testing.assert_allclose(
        joint_scores(FOUND, rankings, {})["bm25"], standardised(np.array([6.0, 3.0, 0.0]))
    )


def test_a_candidate_below_the_cut_scores_as_the_last_above_it() -> None:
    rankings = [of("dense/original", one=0.5, two=0.3), of("bm25/original", one=6, three=3)]
    np.testing.assert_allclose(
        joint_scores(FOUND, rankings, {})["bm25"], standardised(np.array([6.0, 3.0, 3.0]))
    )


def test_variants_that_say_the_same_say_it_once() -> None:
    once = [of("dense/original", one=0.5, two=0.3, three=0.1)]
    twice = [*once, of("dense/hyde", one=0.9, two=0.8, three=0.7)]
    np.testing.assert_allclose(
        joint_scores(FOUND, once, {})["dense"], joint_scores(FOUND, twice, {})["dense"], atol=1e-5
    )


def test_independent_variants_make_surer_what_they_agree_on() -> None:
    """z is (√1.5, 0, -√1.5) and (√.5, √.5, -√2), or near it; the mean varies by less than 1."""
    first = of("dense/original", one=0.5, two=0.3, three=0.1)
    second = of("dense/hyde", one=0.5, two=0.5, three=0.2)
    single = joint_scores(FOUND, [first], {})["dense"]
    both = joint_scores(FOUND, [first, second], {})["dense"]
    mean = (np.array([1.5**0.5, 0, -(1.5**0.5)]) + np.array([0.5**0.5, 0.5**0.5, -(2**0.5)])) / 2
    np.testing.assert_allclose(both, mean / mean.var(), atol=1e-5)
    assert both[2] < single[2] < 0


def test_variants_count_for_their_weight() -> None:
    first = of("dense/original", one=0.5, two=0.3, three=0.1)
    second = of("dense/multi-query-2", one=0.5, two=0.5, three=0.2)
    alone = joint_scores(FOUND, [first], {})["dense"]
    without = joint_scores(FOUND, [first, second], {"multi-query": 0})["dense"]
    np.testing.assert_array_equal(without, alone)
    halved = joint_scores(FOUND, [first, second], {"multi-query": 0.5})["dense"]
    mean = np.array([1.5**0.5 + 0.5**1.5, 0.5**1.5, -(1.5**0.5) - 0.5 * 2**0.5]) / 1.5
    np.testing.assert_allclose(halved, mean / mean.var(), atol=1e-5)


def test_what_a_filter_kept_out_of_a_dense_ranking_is_as_near_as_its_last_hit() -> None:
    rankings = [
        of("dense/original", one=0.5, two=0.3, three=0.1),
        of("dense/narrowed", one=0.5, two=0.4),
    ]
    alone = joint_scores(FOUND, rankings[1:], {})["dense"]
    np.testing.assert_allclose(alone, standardised(np.array([0.5, 0.4, 0.4])), atol=1e-6)
    joint = joint_scores(FOUND, rankings, {"original": 0})["dense"]
    np.testing.assert_array_equal(joint, alone)


def test_rankings_of_papers_say_nothing_of_where_others_were_cut_off() -> None:
    rankings = [
        of("bm25/papers", one=3, two=2, three=1),
        of("bm25/original", one=6, two=3),
        of("dense/original", one=0.5, two=0.3),
    ]
    np.testing.assert_allclose(
        joint_scores(FOUND, rankings, {"papers": 0})["bm25"],
        standardised(np.array([6.0, 3.0, 3.0])),
    )


def test_variants_that_contradict_one_another_are_not_blown_up() -> None:
    rankings = [
        of("dense/original", one=0.5, two=0.3, three=0.1),
        of("dense/hyde", one=0.1, two=0.3, three=0.5),
    ]
    np.testing.assert_allclose(joint_scores(FOUND, rankings, {})["dense"], [0, 0, 0], atol=1e-5)


def test_rankings_by_other_indexes_and_empty_ones_are_passed_over() -> None:
    rankings = [of("graph/original", one=1, two=2), of("bm25/original")]
    for score in joint_scores(FOUND, rankings, {}).values():
        np.testing.assert_array_equal(score, [0, 0, 0])


def test_the_features_by_hand() -> None:
    """All of one section, each the neighbour of none."""
    ranked = [of("dense/original", one=0.5, two=0.3, three=0.1)]
    rows = score_features(FOUND, ranked, places(FOUND), {})
    top = 1.5**0.5
    found = dict(zip(NAMES, rows[0].tolist(), strict=True))
    assert rows.shape == (3, len(NAMES))
    assert found["dense_z"] == pytest.approx(top)
    assert found["dense_rank"] == pytest.approx(1 / 3)
    assert found["dense_reciprocal_rank"] == pytest.approx(1 / 3)
    assert found["dense_gap"] == found["bm25_gap"] == 0
    assert found["bm25_rank"] == pytest.approx(2 / 3)  # all three share the first place
    assert found["sum"] == pytest.approx(2 * top / 3)
    assert found["section_mean"] == pytest.approx(-top / 3)
    assert found["section_gap"] == 0

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.documents import DOCUMENT_MEASURES, score_papers

names = st.sampled_from("abcdefgh")
grades = st.dictionaries(names, st.integers(0, 3), min_size=1)


def test_a_worked_example() -> None:
    scores = score_papers({"a": 2, "b": 1, "c": 0}, ["x", "a", "c", "b"])
    assert scores is not None
    gain = 2 / log2(3) + 1 / log2(5)
    assert scores["nDCG@10"] == pytest.approx(gain / (2 + 1 / log2(3)))
    assert scores["MRR"] == 0.5
    assert scores["P@5"] == pytest.approx(2 / 5)
    assert scores["R@5"] == scores["R@20"] == 1.0
    assert scores["AP"] == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_a_paper_stands_where_it_came_first() -> None:
    assert score_papers({"a": 1}, ["b", "b", "b", "a"]) == score_papers({"a": 1}, ["b", "a"])


def test_nothing_found_and_nothing_to_find() -> None:
    assert score_papers({"a": 1}, []) == dict.fromkeys(DOCUMENT_MEASURES, 0.0)
    assert score_papers({"a": 0}, ["a"]) is None
    assert score_papers({}, ["a"]) is None


@given(grades, st.lists(names, unique=True))
def test_they_are_those_of_ir_measures(judged: dict[str, int], ranked: list[str]) -> None:
    scores = score_papers(judged, ranked)
    if scores is None:
        assert not any(judged.values())
        return
    assert all(0 <= value <= 1 for value in scores.values())
    run = {"1": {name: 1000.0 - rank for rank, name in enumerate(ranked)}}
    if ranked:
        measures = [ir_measures.nDCG @ 10, ir_measures.R @ 5, ir_measures.AP, ir_measures.RR]
        theirs = ir_measures.calc_aggregate(measures, {"1": judged}, run)
        ours = [scores[name] for name in ("nDCG@10", "R@5", "AP", "MRR")]
        assert ours == pytest.approx([theirs[measure] for measure in measures])

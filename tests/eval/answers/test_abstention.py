"""Precision, recall and F1 of refusals, beside an oracle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import f1_score, precision_score

from eval.answers.abstention import (
    RATIOS,
    Abstentions,
    abstention_scores,
    compare_ratios,
    ratio_interval,
)
from eval.answers.values import Given
from eval.datasets import Question

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


@examples(PAIRS)
def test_ratios_are_those_of_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    refused, due = zip(*pairs, strict=True)
    found = Abstentions(refused, due).ratios
    if not any(due):
        assert found == {}
        return
    assert found["abstention P"] == pytest.approx(precision_score(due, refused, zero_division=0))
    assert found["abstention F1"] == pytest.approx(f1_score(due, refused, zero_division=0))


@pytest.mark.parametrize(
    ("answerable", "abstained", "expected"),
    [
        (True, True, {"false refusals": 1.0}),
        (True, False, {"false refusals": 0.0}),
        (False, True, {"abstention R": 1.0}),
        (False, False, {"abstention R": 0.0}),
    ],
)
def test_what_is_a_mean_over_questions(
    answerable: bool, abstained: bool, expected: dict[str, float]
) -> None:
    question = Question("q", "?", answerable=answerable)
    assert abstention_scores(question, Given("q", abstained=abstained)) == expected


def made(seed: int, size: int, rate: float) -> Abstentions:
    rng = np.random.default_rng(seed)
    due = np.arange(size) % 4 == 0
    refused = np.where(due, rng.random(size) < rate, rng.random(size) < 0.1)
    return Abstentions(tuple(map(bool, refused)), tuple(map(bool, due)))


def of(found: Abstentions, chosen: object) -> Abstentions:
    """The same of chosen questions alone."""
    places = [int(q) for q in np.atleast_1d(chosen)]  # type: ignore[call-overload]
    return Abstentions(tuple(found.refused[i] for i in places), tuple(found.due[i] for i in places))


def oracle(statistic: Callable[[object], float]) -> tuple[float, float]:
    found = stats.bootstrap(
        (np.arange(200),),
        statistic,
        n_resamples=2000,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(5),
    ).confidence_interval
    return found.low, found.high


@pytest.mark.parametrize("name", RATIOS)
def test_intervals_are_those_of_scipys_bootstrap(name: str) -> None:
    first, second = made(1, 200, 0.3), made(2, 200, 0.9)
    found = compare_ratios(first, second, name, seed=0)
    expected = oracle(lambda q: of(second, q).ratios[name] - of(first, q).ratios[name])
    assert found.mean == pytest.approx(second.ratios[name] - first.ratios[name])
    assert (found.low, found.high) == pytest.approx(expected, abs=0.02)
    assert found.p < 0.01
    assert found == compare_ratios(first, second, name, seed=0)
    alone = oracle(lambda q: of(first, q).ratios[name])
    assert ratio_interval(first, name, seed=0) == pytest.approx(alone, abs=0.02)


@settings(max_examples=10, deadline=None)
@examples(PAIRS)
def test_no_difference_is_no_finding(pairs: list[tuple[bool, bool]]) -> None:
    refused, due = zip(*pairs, strict=True)
    same = Abstentions(refused, due)
    found = compare_ratios(same, same, "abstention F1", seed=1)
    assert (found.mean, found.low, found.high, found.p) == (0, 0, 0, 1)

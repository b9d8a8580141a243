from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.significance import compare, holm, interval, randomisation

ps = st.lists(st.floats(0, 1), max_size=8)


def test_holm_of_a_worked_example() -> None:
    # Sorted: .005 x 4, .01 x 3, .03 x 2, .04 x 1, which may not be below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.8, 0.9]) == [1.0, 1.0]


@given(ps)
def test_holm_keeps_the_order_and_never_helps(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(a >= p for a, p in zip(adjusted, values, strict=True))
    assert all(a <= min(1, len(values) * p) for a, p in zip(adjusted, values, strict=True))
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)


def test_few_differences_are_tested_exactly() -> None:
    differences = np.array([0.3, 0.1, 0.4, -0.1, 0.5])
    means = [np.mean(np.array(signs) * differences) for signs in product((1, -1), repeat=5)]
    below = sum(m <= differences.mean() + 1e-12 for m in means) / 32
    above = sum(m >= differences.mean() - 1e-12 for m in means) / 32
    assert randomisation(differences, seed=1) == pytest.approx(2 * min(below, above))


def test_many_differences_are_tested_about_as_a_t_test_does() -> None:
    differences = np.random.default_rng(3).normal(0.05, 0.4, 400)
    expected = stats.ttest_1samp(differences, 0).pvalue
    assert randomisation(differences, seed=1) == pytest.approx(expected, abs=0.02)


def test_the_interval_is_about_the_normal_one() -> None:
    values = np.random.default_rng(3).normal(0.05, 0.4, 900)
    half = 1.96 * values.std(ddof=1) / 30
    low, high = interval(values, seed=1)
    assert low == pytest.approx(values.mean() - half, abs=0.004)
    assert high == pytest.approx(values.mean() + half, abs=0.004)


def test_no_difference_is_no_evidence() -> None:
    [difference] = compare([0.5, 0.2, 1.0], [[0.5, 0.2, 1.0]], seed=0)
    assert (difference.mean, difference.low, difference.high) == (0, 0, 0)
    assert difference.p == difference.adjusted == 1
    assert not difference.clear


def test_one_question_and_none_say_nothing() -> None:
    for count in (0, 1):
        [difference] = compare([0.0] * count, [[1.0] * count], seed=0)
        assert (difference.mean, difference.p) == (count, 1)
        assert difference.low == difference.high == count


def test_what_is_always_better_is_clear() -> None:
    base = [0.1 * (i % 5) for i in range(40)]
    better, same = compare(base, [[v + 0.2 + 0.001 * i for i, v in enumerate(base)], base], seed=0)
    assert better.clear
    assert 0 < better.low < better.mean < better.high
    assert better.adjusted == pytest.approx(2 * better.p)
    assert not same.clear


def test_the_seed_decides_and_nothing_else() -> None:
    draw = np.random.default_rng(5)
    base, other = draw.random(100).tolist(), draw.random(100).tolist()
    assert compare(base, [other], seed=4) == compare(base, [other], seed=4)
    assert compare(base, [other], seed=4) != compare(base, [other], seed=5)


def test_unpaired_values_are_refused() -> None:
    with pytest.raises(ValueError, match="same questions"):
        compare([1.0], [[1.0, 0.0]], seed=0)

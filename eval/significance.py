"""Is a difference between two configurations more than chance?

All is paired: both have answered the same questions. Intervals are by bootstrap over questions
(Efron 1979; Sakai 2006 for retrieval), p-values by randomisation, which asks how often random
signs make the mean difference as large (Smucker, Allan and Carterette 2007). The same seed gives
the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
CONFIDENCE = 0.95

_BATCH = 500  # resamples at once: bounds memory to some megabytes

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference of one measure, its 95 % interval, and two-sided p-values.

    ``adjusted`` is ``p`` after Holm's correction over the comparisons made together.
    """

    mean: float
    low: float
    high: float
    p: float
    adjusted: float
    questions: int

    @property
    def clear(self) -> bool:
        """Whether the corrected p-value is below .05."""
        return self.adjusted < 0.05


def compare(
    baseline: Sequence[float], others: Sequence[Sequence[float]], seed: int
) -> list[Difference]:
    """Each of ``others`` minus the baseline; row i of all is of the same question.

    Holm's correction goes over ``others``. Raises ValueError if the lengths differ.
    """
    base = np.asarray(baseline, np.float64)
    pairs = [(np.asarray(other, np.float64), base) for other in others]
    if any(len(other) != len(base) for other, _ in pairs):
        raise ValueError("paired values must be of the same questions")
    ps = [randomisation(other - base, seed) for other, _ in pairs]
    return [
        Difference(
            float(_mean(other - base)), *interval(other - base, seed), p, adjusted, len(base)
        )
        for (other, _), p, adjusted in zip(pairs, ps, holm(ps), strict=True)
    ]


def interval(values: Values, seed: int) -> tuple[float, float]:
    """The percentile bootstrap's 95 % interval of the mean; the mean itself if all are equal."""
    if len(values) < 2 or np.ptp(values) == 0:
        return (float(_mean(values)),) * 2
    from scipy import stats

    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def randomisation(differences: Values, seed: int) -> float:
    """The two-sided p-value of the mean difference under random signs.

    Exact where there are fewer sign patterns than resamples; 1 for a single question, and where
    there is no difference.
    """
    if len(differences) < 2 or not np.any(differences):
        return 1.0
    from scipy import stats

    found = stats.permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=RESAMPLES - 1,
        batch=_BATCH,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def holm(ps: Sequence[float]) -> list[float]:
    """p-values corrected for being several (Holm 1979), in their order.

    The i-th smallest of m is multiplied by m - i + 1, never less than the one before, at most 1.
    """
    adjusted, worst = [0.0] * len(ps), 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        worst = max(worst, min(1.0, (len(ps) - place) * ps[index]))
        adjusted[index] = worst
    return adjusted


def _mean(values: Values) -> float:
    return float(values.mean()) if len(values) else 0.0

"""Refusals: were they due, and were those made that were?

A refusal is the positive: precision is the share of refusals that were due, recall the share of the
questions without an answer that were refused. Neither they nor F1 are means over questions, so
their intervals are by bootstrap over the questions from which they are reckoned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.answers.values import Given
from eval.datasets import Question
from eval.significance import CONFIDENCE, RESAMPLES, Difference

RATIOS = ("abstention P", "abstention F1")

_BATCH = 500  # resamples at once: bounds memory to some megabytes

Counts = NDArray[np.int64]
"""Shape ``(..., 3)``: refusals that were due, refusals, questions of which a refusal is due."""


@dataclass(frozen=True, slots=True)
class Abstentions:
    """Of one configuration: whether each question was refused, and whether that was due."""

    refused: tuple[bool, ...]
    due: tuple[bool, ...]

    @property
    def ratios(self) -> dict[str, float]:
        """``abstention P`` and ``abstention F1``, 0 where nothing was refused; none where no
        refusal was due.
        """
        if not any(self.due):
            return {}
        counts = self.counts().sum(axis=0)
        return {name: float(_ratio(counts, name)) for name in RATIOS}

    def counts(self) -> Counts:
        """One row per question."""
        refused, due = np.asarray(self.refused, np.int64), np.asarray(self.due, np.int64)
        return np.stack([refused * due, refused, due], axis=-1)


def abstention_scores(question: Question, given: Given) -> dict[str, float]:
    """What is a mean over questions: ``false refusals`` over those that have an answer,
    ``abstention R`` over the others.
    """
    name = "false refusals" if question.answerable else "abstention R"
    return {name: float(given.abstained)}


def ratio_interval(found: Abstentions, name: str, seed: int) -> tuple[float, float]:
    """The 95 % interval of one of ``RATIOS``, by percentile bootstrap over questions."""
    counts, rng = found.counts(), np.random.default_rng(seed)
    drawn = [_ratio(times @ counts, name) for times in _resamples(len(counts), rng)]
    return _middle(np.concatenate(drawn))


def compare_ratios(baseline: Abstentions, other: Abstentions, name: str, seed: int) -> Difference:
    """``other`` minus the baseline, over the same questions: 95 % interval by bootstrap over
    questions, p by a randomisation test that swaps the two question by question.

    Both bootstrap and test use ten thousand samples; the same seed gives the same numbers.
    """
    first, second = baseline.counts(), other.counts()
    size = len(first)
    observed = _difference(first.sum(axis=0), second.sum(axis=0), name)
    rng = np.random.default_rng(seed)
    drawn, swapped = [], 0
    for times in _resamples(size, rng):
        drawn.append(_difference(times @ first, times @ second, name))
        swap = rng.integers(0, 2, (_BATCH, size)) @ (second - first)
        mixed = _difference(first.sum(axis=0) + swap, second.sum(axis=0) - swap, name)
        swapped += int(np.sum(np.abs(mixed) >= abs(observed) - 1e-12))
    p = (swapped + 1) / (RESAMPLES + 1)
    return Difference(float(observed), *_middle(np.concatenate(drawn)), p, p, size)


def _resamples(size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """How often each question is drawn: batches of shape ``(batch, size)``."""
    for _ in range(RESAMPLES // _BATCH):
        yield rng.multinomial(size, np.full(size, 1 / size), size=_BATCH)


def _middle(drawn: NDArray[np.float64]) -> tuple[float, float]:
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)


def _difference(first: Counts, second: Counts, name: str) -> NDArray[np.float64]:
    return _ratio(second, name) - _ratio(first, name)


def _ratio(counts: Counts, name: str) -> NDArray[np.float64]:
    right, refused, due = (counts[..., i].astype(np.float64) for i in range(3))
    below = refused if name == "abstention P" else (refused + due) / 2
    return np.divide(right, below, out=np.zeros_like(right), where=below > 0)

"""What the indexes' scores say of the candidates, all variants of the query taken together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.lifting import of_papers
from rag.rerank.places import Places
from rag.types import Candidate, Ranking
from rag.weights import weight_of_variant

INDEXES = ("bm25", "dense")
OF_EACH = ("z", "reciprocal_rank", "rank", "gap", "before", "after")
TOGETHER = ("section_mean", "section_gap", "sum", "sum_reciprocal_rank")
NAMES = (*(f"{index}_{name}" for index in INDEXES for name in OF_EACH), *TOGETHER)

_WEIGHTS = {"bm25": 1.0, "dense": 2.0}
_NO_NEIGHBOUR = -0.5  # as good as an ordinary chunk, which is a little below the mean
_RANK_OFFSET = 2
_LEAST_VARIANCE = 0.1

Column = NDArray[np.float32]


def standardised(values: NDArray[np.floating]) -> Column:
    """Mean 0 and deviation 1 within each column; where all are equal, 0."""
    deviation = values.std(axis=0)
    scale = np.where(deviation > 1e-6, deviation, 1.0)
    centred = np.where(deviation > 1e-6, values - values.mean(axis=0), 0.0)
    return np.asarray(centred / scale, dtype=np.float32)


def score_features(
    candidates: Sequence[Candidate],
    rankings: Sequence[Ranking],
    where: Places,
    weights: Mapping[str, float],
) -> NDArray[np.float32]:
    """The features `NAMES`, float32 ``(n, 16)``, of at least one candidate.

    With one variant of the query, a score is that of its ranking, standardised (`joint_scores`).
    """
    found = joint_scores(candidates, rankings, weights)
    total = np.asarray(
        sum(found[index] * weight for index, weight in _WEIGHTS.items()) / sum(_WEIGHTS.values()),
        dtype=np.float32,
    )
    columns = [column for index in INDEXES for column in _of_each(found[index], where)]
    return np.stack([*columns, *_together(total, where)], axis=1)


def joint_scores(
    candidates: Sequence[Candidate], rankings: Sequence[Ranking], weights: Mapping[str, float]
) -> Mapping[str, Column]:
    """One score ``(n,)`` for each of `INDEXES`, of mean 0; all 0 where it has no ranking.

    It is the mean of the index's rankings, each standardised and counting for its variant's weight
    (`rag.weights`), divided by that mean's variance. With one ranking the variance is 1. The more
    variants of the query say the same, independently of one another, the smaller it gets, and the
    surer is what they say together: that is how the log odds of a shift in normally distributed
    noise go.
    """
    ours = [r for r in rankings if r.index in INDEXES and r.hits]
    longest = max((len(r.hits) for r in ours if not of_papers(r)), default=0)
    of: defaultdict[str, list[tuple[Column, float]]] = defaultdict(list)
    for ranking in ours:
        if weight := weight_of_variant(ranking.variant, weights):
            score = standardised(_filled(candidates, ranking, longest))
            of[ranking.index].append((score, weight))
    none = np.zeros(len(candidates), dtype=np.float32)
    return {index: _pooled(of[index]) if of[index] else none for index in INDEXES}


def _pooled(standard: Sequence[tuple[Column, float]]) -> Column:
    columns, weights = zip(*standard, strict=True)
    mean = np.average(columns, axis=0, weights=weights)
    return np.asarray(mean / max(float(mean.var()), _LEAST_VARIANCE), dtype=np.float32)


def _filled(candidates: Sequence[Candidate], ranking: Ranking, longest: int) -> NDArray[np.float64]:
    """The candidates' scores in one ranking.

    One that is not in it scores as its last hit; but 0 in one by words that was not cut off, for it
    has none of the words.
    """
    scores = {hit.chunk_id: hit.score for hit in ranking.hits}
    missing = ranking.hits[-1].score
    if ranking.index == "bm25" and len(ranking.hits) < longest:
        missing = min(missing, 0.0)
    return np.array([scores.get(c.chunk.chunk_id, missing) for c in candidates])


def _of_each(score: Column, where: Places) -> list[Column]:
    rank = _ranks(score)
    return [
        score,
        1 / (rank + _RANK_OFFSET),
        rank / len(score),
        score - score.max(),
        _neighbour(score, where.before),
        _neighbour(score, where.after),
    ]


def _together(total: Column, where: Places) -> list[Column]:
    """What the section's other candidates score, and how the best of it stands to this one."""
    sums, sizes = np.bincount(where.section, total), np.bincount(where.section)
    best = np.full(len(sizes), -np.inf, dtype=np.float32)
    np.maximum.at(best, where.section, total)
    others = (sums[where.section] - total) / np.maximum(sizes[where.section] - 1, 1)
    return [
        others.astype(np.float32),
        best[where.section] - total,
        total,
        1 / (_ranks(total) + _RANK_OFFSET),
    ]


def _ranks(score: Column) -> Column:
    """From 1, equal scores sharing the mean of their ranks."""
    ordered = np.sort(-score)
    first = np.searchsorted(ordered, -score, side="left")
    last = np.searchsorted(ordered, -score, side="right")
    return np.asarray((first + last + 1) / 2, dtype=np.float32)


def _neighbour(score: Column, at: NDArray[np.intp]) -> Column:
    return np.where(at >= 0, score[at], np.float32(_NO_NEIGHBOUR))

"""One ranking of several, each counting for the weight of its index times that of its variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt

from rag.types import Ranking
from rag.weights import weight_of

_NEGLIGIBLE = 1e-9
"""Scores that differ by less than this, as a share of the largest, are equal but for rounding."""


@dataclass(frozen=True, slots=True)
class ReciprocalRankFusion:
    """Sums ``weight / (k + rank)`` over the rankings that hold a chunk.

    Source: Cormack, Clarke and Büttcher 2009, SIGIR, with their k = 60; the weights are our
    addition. The order of the rankings does not matter; ties break by chunk id.
    """

    k: int = 60
    weights: Mapping[str, float] = field(default_factory=dict)
    variant_weights: Mapping[str, float] = field(default_factory=dict)

    def fuse(self, rankings: Sequence[Ranking]) -> Ranking:
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for ranking in rankings:
            weight = weight_of(ranking, self.weights, self.variant_weights)
            for hit in ranking.hits:
                shares[hit.chunk_id].append(weight / (self.k + hit.rank))
        return _summed(shares)


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """Sums ``weight * z`` over all rankings, z being how far a score is from its ranking's mean.

    Source: CombSUM of Fox and Shaw 1994 (TREC-2), over z-scores, mean 0 and standard deviation
    1 within each ranking. A chunk that a ranking does not hold has there the z of its lowest score:
    an index gives its best hits only, so that is the most the chunk can have had. With nothing
    (as in CombSUM) it would have the mean, better than half of what was found. A ranking of one
    hit, or of equal scores, tells no chunk from another and counts 0. The order of the rankings
    does not matter; ties break by chunk id.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    variant_weights: Mapping[str, float] = field(default_factory=dict)

    def fuse(self, rankings: Sequence[Ranking]) -> Ranking:
        shares: dict[str, list[float]] = {h.chunk_id: [] for r in rankings for h in r.hits}
        for ranking in rankings:
            weight = weight_of(ranking, self.weights, self.variant_weights)
            z = _z_scores(ranking)
            lowest = min(z.values(), default=0.0)
            for chunk_id, parts in shares.items():
                parts.append(weight * z.get(chunk_id, lowest))
        return _summed(shares)


def _summed(shares: Mapping[str, Sequence[float]]) -> Ranking:
    # fsum: a plain sum of floats depends on the order of its terms.
    return Ranking.from_scores("fused", [(chunk_id, fsum(s)) for chunk_id, s in shares.items()])


def _z_scores(ranking: Ranking) -> dict[str, float]:
    """Each hit's score in standard deviations from the mean of the ranking."""
    largest = max((abs(hit.score) for hit in ranking.hits), default=0.0) or 1.0
    scores = [hit.score / largest for hit in ranking.hits]  # else squares of small ones vanish
    if not scores or max(scores) - min(scores) <= _NEGLIGIBLE:
        return dict.fromkeys((hit.chunk_id for hit in ranking.hits), 0.0)
    mean = fsum(scores) / len(scores)
    deviation = sqrt(fsum((score - mean) ** 2 for score in scores) / len(scores))
    return {
        hit.chunk_id: (score - mean) / deviation
        for hit, score in zip(ranking.hits, scores, strict=True)
    }

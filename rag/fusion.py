"""One ranking of several, and one hit of several that say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.types import Chunk, Ranking


@dataclass(frozen=True, slots=True)
class ReciprocalRankFusion:
    """Sums ``weight / (k + rank)`` over the rankings that hold a chunk.

    Source: Cormack, Clarke and Büttcher 2009, SIGIR, with their k = 60. Weights (our addition)
    go by a ranking's index, the part of its source before "/"; an unnamed index weighs 1.
    The order of the rankings does not matter; ties break by chunk id.
    """

    k: int = 60
    weights: Mapping[str, float] = field(default_factory=dict)

    def fuse(self, rankings: Sequence[Ranking]) -> Ranking:
        """The fused ranking, with source ``"fused"``."""
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for ranking in rankings:
            weight = self.weights.get(ranking.source.partition("/")[0], 1.0)
            for hit in ranking.hits:
                shares[hit.chunk_id].append(weight / (self.k + hit.rank))
        # Sorted before summing: floating-point sums depend on the order of their terms.
        scores = [(chunk_id, sum(sorted(parts))) for chunk_id, parts in shares.items()]
        return Ranking.from_scores("fused", scores)


@dataclass(frozen=True, slots=True)
class Distinct:
    """A hit that stays, and the ids of later ones that repeat it."""

    chunk: Chunk
    score: float
    duplicates: tuple[str, ...] = ()


def distinct(
    found: Sequence[tuple[Chunk, float]], overlap: float, keep: int | None = None
) -> list[Distinct]:
    """Folds each chunk that repeats a better one into it; at most ``keep`` remain.

    Two chunks repeat each other when they are of one paper and share at least ``overlap`` of the
    shorter span, or when they share at least ``overlap`` of the larger set of distinct words
    (a preprint and its published version, say).
    """
    kept: list[Distinct] = []
    words: list[frozenset[str]] = []
    for chunk, score in found:
        own = frozenset(chunk.text.lower().split())
        match = _repeated(chunk, own, kept, words, overlap)
        if match is None:
            kept.append(Distinct(chunk, score))
            words.append(own)
            if keep is not None and len(kept) == keep:
                break
        else:
            first = kept[match]
            kept[match] = Distinct(first.chunk, first.score, (*first.duplicates, chunk.chunk_id))
    return kept


def _repeated(
    chunk: Chunk,
    own: frozenset[str],
    kept: Sequence[Distinct],
    words: Sequence[frozenset[str]],
    overlap: float,
) -> int | None:
    for i, (other, theirs) in enumerate(zip(kept, words, strict=True)):
        if _same_place(chunk, other.chunk, overlap) or _same_words(own, theirs, overlap):
            return i
    return None


def _same_place(a: Chunk, b: Chunk, overlap: float) -> bool:
    if a.paper_id != b.paper_id or not a.span.overlaps(b.span):
        return False
    shared = min(a.span.end, b.span.end) - max(a.span.start, b.span.start)
    return shared >= overlap * min(len(a.span), len(b.span))


def _same_words(a: frozenset[str], b: frozenset[str], overlap: float) -> bool:
    small, large = sorted((len(a), len(b)))
    # The length test comes first: it settles most pairs without a set intersection.
    return small > 0 and small >= overlap * large and len(a & b) >= overlap * large

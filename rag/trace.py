"""Collects what each stage of one query did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from rag.distinct import Distinct
from rag.errors import ModelError
from rag.types import Chunk, HitTrace, Ranking, StageTrace, Usage


@dataclass(slots=True)
class Stopwatch:
    """Times stages, in the order in which they end."""

    stages: list[StageTrace] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what happens inside, in milliseconds."""
        start = perf_counter()
        try:
            yield
        finally:
            self.stages.append(StageTrace(name, ms_since(start)))


def ms_since(start: float) -> float:
    """Milliseconds since ``start``, a reading of `perf_counter`."""
    return round(1000 * (perf_counter() - start), 3)


def spent_on(error: Exception) -> Usage:
    """What the language model was charged for before it came to ``error``, if that is known."""
    return (error.usage if isinstance(error, ModelError) else None) or Usage()


def hit_traces(
    rankings: Sequence[Ranking],
    fused: Ranking,
    ranked: Sequence[tuple[Chunk, float]],
    kept: Sequence[Distinct],
) -> tuple[HitTrace, ...]:
    """For every hit that was kept: where it stood in each ranking, and after each step."""
    ranks = {r.source: {hit.chunk_id: hit.rank for hit in r.hits} for r in rankings}
    fused_ranks = {hit.chunk_id: hit.rank for hit in fused.hits}
    reranked = {chunk.chunk_id: rank for rank, (chunk, _) in enumerate(ranked, 1)}
    return tuple(
        HitTrace(
            d.chunk.chunk_id,
            {s: by[d.chunk.chunk_id] for s, by in ranks.items() if d.chunk.chunk_id in by},
            fused_ranks[d.chunk.chunk_id],
            reranked[d.chunk.chunk_id],
            final_rank,
            d.duplicates,
        )
        for final_rank, d in enumerate(kept, 1)
    )

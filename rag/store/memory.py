"""Indexes that live in memory and are gone afterwards: exact, small, for tests and experiments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from rag.store.filters import admits
from rag.text import analyse
from rag.types import Entry, Filter, Ranking, Variant


class _Memory(ABC):
    """The entries by id, and everything but the scoring."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, Entry] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        self._entries = self._entries | {entry.chunk_id: entry for entry in entries}

    def delete(self, chunk_ids: Sequence[str]) -> None:
        gone = set(chunk_ids)
        self._entries = {c: e for c, e in self._entries.items() if c not in gone}

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        admitted = [entry for entry in self._entries.values() if admits(where, entry)]
        return [
            Ranking.from_scores(
                f"{self.name}/{variant.name}", self._score(variant, admitted), depth
            )
            for variant in variants
        ]

    def ids(self) -> set[str]:
        return set(self._entries)

    def close(self) -> None:  # noqa: B027  (nothing is all there is to do)
        """There is nothing to let go of."""

    @abstractmethod
    def _score(self, variant: Variant, entries: Sequence[Entry]) -> list[tuple[str, float]]:
        """Chunk ids with their scores, in any order."""


class MemoryDenseIndex(_Memory):
    """Exact cosine similarity. Entries without a vector are never found."""

    def __init__(self, name: str = "dense") -> None:
        super().__init__(name)

    def _score(self, variant: Variant, entries: Sequence[Entry]) -> list[tuple[str, float]]:
        rows = [(e.chunk_id, e.vector) for e in entries if e.vector is not None]
        if variant.vector is None or not rows:
            return []
        scores = np.stack([vector for _, vector in rows]) @ variant.vector
        return [(chunk_id, float(s)) for (chunk_id, _), s in zip(rows, scores, strict=True)]


class MemoryLexicalIndex(_Memory):
    """The share of the query's distinct terms that a chunk has; chunks with none are not found."""

    def __init__(self, name: str = "bm25") -> None:
        super().__init__(name)

    def _score(self, variant: Variant, entries: Sequence[Entry]) -> list[tuple[str, float]]:
        wanted = set(analyse(variant.text))
        shares = (
            (e.chunk_id, len(wanted.intersection(analyse(e.text))) / len(wanted))
            for e in entries
            if wanted
        )
        return [(chunk_id, share) for chunk_id, share in shares if share > 0]

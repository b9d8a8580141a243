"""What a filter lets through of a vector index, remembered while the index stays as it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from rag.types import Filter, Vector

ROWS_KEPT = 32_000
"""About 50 MB of vectors with 384 dimensions."""


@dataclass(frozen=True, slots=True)
class Few:
    """Few enough chunks to score each: ``vectors`` is ``(len(ids), d)``, rows normalised."""

    ids: tuple[str, ...]
    vectors: Vector

    @property
    def rows(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Many:
    """Too many chunks to score each."""

    ids: frozenset[str]

    @property
    def rows(self) -> int:
        return len(self.ids) // 8  # an id takes about an eighth of a vector's room


Allowed = Few | Many


class AllowedCache:
    """The filters used last. Safe for threads."""

    def __init__(self, rows: int = ROWS_KEPT) -> None:
        self._capacity = rows
        self._rows = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Filter, Allowed] = OrderedDict()

    def get(self, where: Filter) -> Allowed | None:
        with self._lock:
            if where in self._kept:
                self._kept.move_to_end(where)
            return self._kept.get(where)

    def put(self, where: Filter, allowed: Allowed) -> None:
        with self._lock:
            if where in self._kept:
                return
            self._kept[where] = allowed
            self._rows += allowed.rows
            while self._rows > self._capacity:
                self._rows -= self._kept.popitem(last=False)[1].rows

"""BM25 by the package rank-bm25: the reference that the other lexical index is held against.

Simple and slow. Every query scores every chunk (0.4 s at 100,000 chunks), and every change
makes the next query rebuild the statistics; choose it to check results, not to serve them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import SearchEngineError
from rag.store.filters import admits
from rag.store.remedies import remedy
from rag.text import analyse
from rag.types import Entry, Filter, Ranking, Role, Variant

if TYPE_CHECKING:
    from rank_bm25 import BM25Okapi

K1 = 1.2
B = 0.75
"""As in Lucene and tantivy; rank-bm25's own default for k1 is 1.5."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, text TEXT NOT NULL,
    role TEXT NOT NULL, year INTEGER
) WITHOUT ROWID
"""


class RankBM25Index:
    """BM25 (Okapi) over the whole library; a filter restricts what is returned, not the statistics.

    Robertson's idf, ``ln((N - n + .5) / (n + .5))``, with rank-bm25's floor for terms in more
    than half of the chunks. The entries are kept in an SQLite file at ``path``, or in memory
    if it is ``None``; readers in other processes see each change at their next search. Chunks
    that share no term with the query are not found.
    """

    def __init__(self, path: Path | None, name: str = "bm25") -> None:
        self.name = name
        self._path = path
        self._lock = threading.RLock()
        self._seen = -1
        self._entries: list[Entry] = []
        self._bm25: BM25Okapi | None = None
        with self._engine():
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30.0)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            with self._db:
                self._db.execute(_SCHEMA)

    def add(self, entries: Sequence[Entry]) -> None:
        rows = [(e.chunk_id, e.paper_id, e.text, str(e.role), e.year) for e in entries]
        self._change("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)", rows)

    def delete(self, chunk_ids: Sequence[str]) -> None:
        self._change("DELETE FROM entries WHERE chunk_id = ?", [(c,) for c in chunk_ids])

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        with self._engine():
            self._catch_up()
            admitted = [n for n, entry in enumerate(self._entries) if admits(where, entry)]
            return [
                Ranking.from_scores(
                    f"{self.name}/{variant.name}", self._score(variant.text, admitted), depth
                )
                for variant in variants
            ]

    def ids(self) -> set[str]:
        with self._engine():
            return {row[0] for row in self._db.execute("SELECT chunk_id FROM entries")}

    def close(self) -> None:
        self._db.close()

    def _score(self, text: str, admitted: Sequence[int]) -> list[tuple[str, float]]:
        terms = analyse(text)
        if self._bm25 is None or not terms or not admitted:
            return []
        known = [term for term in terms if term in self._bm25.idf]
        scores = np.asarray(self._bm25.get_batch_scores(known, list(admitted)))
        frequencies = self._bm25.doc_freqs
        wanted = set(known)
        # A score of 0 does not say "no term in common": the floor of the idf may be 0 or less.
        return [
            (self._entries[n].chunk_id, float(score))
            for n, score in zip(admitted, scores, strict=True)
            if not wanted.isdisjoint(frequencies[n])
        ]

    def _change(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._engine():
            with self._db:
                self._db.executemany(statement, rows)
            self._seen = -1

    def _catch_up(self) -> None:
        """Rebuilds the statistics if this or another process has changed the entries."""
        version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
        if version == self._seen:
            return
        rows = self._db.execute(
            "SELECT chunk_id, paper_id, text, role, year FROM entries ORDER BY chunk_id"
        )
        self._entries = [Entry(c, p, t, Role(r), y) for c, p, t, r, y in rows]
        self._bm25 = _statistics([analyse(entry.text) for entry in self._entries])
        self._seen = version

    @contextmanager
    def _engine(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise SearchEngineError(
                f"the BM25 index {self._path or 'in memory'} failed: {error}; "
                + remedy(error, "if it is damaged, rebuild it with: scholium reindex")
            ) from error


def _statistics(corpus: list[list[str]]) -> BM25Okapi | None:
    from rank_bm25 import BM25Okapi

    return BM25Okapi(corpus, k1=K1, b=B) if any(corpus) else None

"""How often somebody may call: a bucket that fills at a steady rate, shared by all processes."""

from __future__ import annotations

import time
from pathlib import Path

from rag.store.connection import RECORD_CACHE_KIB, Connection

_TABLE = (
    "CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, level REAL NOT NULL, "
    "at REAL NOT NULL) WITHOUT ROWID"
)
_TAKE = """
INSERT INTO buckets VALUES (?1, ?2 - 1, ?3) ON CONFLICT DO UPDATE SET
    level = min(?2, level + (?3 - at) * ?2 / 60.0) - 1, at = ?3
    WHERE min(?2, level + (?3 - at) * ?2 / 60.0) >= 1
RETURNING level
"""


class Rates(Connection):
    """Token buckets in one SQLite file, which may be lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rwc", RECORD_CACHE_KIB)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", _TABLE):
            self.select(statement)

    def wait_s(self, name: str, per_minute: int) -> float:
        """Takes one call out of a bucket; 0, or how long to wait where it is empty.

        A full bucket holds a minute's calls, so that a burst passes.
        """
        taken = self.select(_TAKE, [name, per_minute, time.time()])
        return 0.0 if taken else 60.0 / per_minute

    def sweep(self) -> None:
        """Forgets the buckets that have been full for long."""
        self.execute("DELETE FROM buckets WHERE at < ?", [time.time() - 3600])

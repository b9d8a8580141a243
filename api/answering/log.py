"""What the server's processes tell one another of the answers that they write.

One SQLite file in the library. It survives a process, not the machine: what has to is in the
catalog. Whoever writes an answer says so again and again; who falls silent is taken to be gone, and
another takes over.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from api.answering.events import Event
from rag.store.connection import RECORD_CACHE_KIB, Connection

SILENCE_S = 5.0
"""After so long without a word, a writer is gone."""

KEPT_S = 3600.0
"""How long events are kept whose answer never ended; those of one that has go at once, since what
came of it is in the catalog."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS writers (answer_id TEXT PRIMARY KEY, holder TEXT NOT NULL, "
    "heard REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS events (answer_id TEXT NOT NULL, attempt INTEGER NOT NULL, "
    "number INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, at REAL NOT NULL, "
    "PRIMARY KEY (answer_id, attempt, number)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS stops (answer_id TEXT PRIMARY KEY) WITHOUT ROWID",
)


class EventLog(Connection):
    """The log at ``path``. ``holder`` names this process."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(path, "rwc", RECORD_CACHE_KIB)
        self._holder = holder
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", *_TABLES):
            self.select(statement)

    def claim(self, answer_id: str) -> bool:
        """Takes it on oneself to write an answer; False if somebody else is at it."""
        now = time.time()
        return bool(
            self.select(
                "INSERT INTO writers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
                "holder = excluded.holder, heard = excluded.heard "
                "WHERE heard < excluded.heard - ? RETURNING 1",
                [answer_id, self._holder, now, SILENCE_S],
            )
        )

    def flush(self, portions: Mapping[str, Sequence[Event]], ended: Iterable[str]) -> set[str]:
        """Adds events of many answers at once, says that this process is at work on them, and
        forgets those that have ended. Returns the answers that somebody asked to stop.
        """
        now = time.time()
        events = [
            (name, e.attempt, e.number, e.kind, e.data, now)
            for name, portion in portions.items()
            for e in portion
        ]
        said = [(now, name, self._holder) for name in portions]
        over = [(name,) for name in ended]
        with self.transaction():
            self.execute_many("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)", events)
            sql = "UPDATE writers SET heard = ? WHERE answer_id = ? AND holder = ?"
            self.execute_many(sql, said)
            for table in ("events", "writers", "stops"):
                self.execute_many(f"DELETE FROM {table} WHERE answer_id = ?", over)
        return {row[0] for row in self.select("SELECT answer_id FROM stops")}

    def park(self, answer_ids: Iterable[str]) -> None:
        """Leaves answers to whoever comes next, at once."""
        rows = [(answer_id, self._holder) for answer_id in answer_ids]
        with self.transaction():
            sql = "UPDATE writers SET heard = 0 WHERE answer_id = ? AND holder = ?"
            self.execute_many(sql, rows)

    def after(self, answer_id: str, place: tuple[int, int]) -> list[Event]:
        """The events of the latest attempt after that place."""
        found = self.select(
            "SELECT attempt, number, kind, data FROM events WHERE answer_id = ?1 AND attempt = "
            "(SELECT max(attempt) FROM events WHERE answer_id = ?1) "
            "AND (attempt > ?2 OR number > ?3) ORDER BY number",
            [answer_id, *place],
        )
        return [Event(*row) for row in found]

    def is_silent(self, answer_id: str) -> bool:
        """Whether nobody is at work on an answer."""
        sql = "SELECT heard FROM writers WHERE answer_id = ?"
        return all(r[0] < time.time() - SILENCE_S for r in self.select(sql, [answer_id]))

    def stop(self, answer_id: str) -> None:
        """Asks whoever writes an answer to stop."""
        self.execute("INSERT OR IGNORE INTO stops VALUES (?)", [answer_id])

    def sweep(self) -> None:
        """Removes what nobody will come back for."""
        long_ago = [time.time() - KEPT_S]
        self.execute("DELETE FROM events WHERE at < ?", long_ago)
        self.execute("DELETE FROM writers WHERE heard < ?", long_ago)
        self.execute("DELETE FROM stops WHERE answer_id NOT IN (SELECT answer_id FROM writers)")

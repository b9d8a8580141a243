"""One SQLite file, read as one: how the catalog is opened, asked and kept consistent.

SQLite's own errors end here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rag.closing import Closing
from rag.errors import LibraryCorrupt, LibraryError
from rag.store.remedies import remedy

CACHE_KIB = 32_000  # SQLite's own 2,000 hold hardly what one search of a large library reads
BATCH = 500  # ids in one statement; SQLite's limit on variables is far above


class Connection(Closing):
    """A connection that threads may share."""

    def __init__(self, path: Path, mode: str) -> None:
        """Opens ``path`` in SQLite's ``mode``: "ro", or "rwc", which creates what is missing.

        Raises LibraryError if it can't be opened, LibraryCorrupt if the file is damaged.
        """
        self.path = path
        self._mutex = threading.RLock()
        with self.translated():
            if mode == "rwc":
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                timeout=30,
            )
            self._db.row_factory = sqlite3.Row
            self._db.isolation_level = None
            self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is all of one state, whatever a writer commits meanwhile."""
        with self._mutex:
            inner = self._db.in_transaction
            if not inner:
                self.select("BEGIN")
            try:
                yield
            finally:
                if not inner:
                    self.select("COMMIT")

    def select(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """What one statement finds."""
        with self.translated(), closing(self._db.execute(sql, values)) as cursor:
            return list(cursor)

    def select_in(self, sql: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        """What ``sql``, which ends in IN, finds for any of ``ids``."""
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            yield from self.select(f"{sql} ({', '.join('?' * len(batch))})", batch)

    def select_at(self, sql: str, places: Sequence[tuple[str, int]]) -> Iterator[sqlite3.Row]:
        """What ``sql`` finds at papers' positions, which it has as ``{places}``."""
        for start in range(0, len(places), BATCH):
            batch = places[start : start + BATCH]
            marks = ", ".join(["(?, ?)"] * len(batch))
            yield from self.select(sql.format(places=marks), [v for place in batch for v in place])

    def has_table(self, name: str) -> bool:
        """Whether there is such a table."""
        return bool(self.select("SELECT 1 FROM sqlite_schema WHERE name = ?", [name]))

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise LibraryError(f"{self.path}: {error}; {_advice(error)}") from error
        except sqlite3.DatabaseError as error:
            raise LibraryCorrupt(
                f"{self.path} is damaged ({error}): restore it from a backup, "
                "or move the library away and ingest the papers again"
            ) from error
        except OSError as error:
            raise LibraryError(f"can't use {self.path.parent}: {error.strerror}") from error


def _advice(error: BaseException) -> str:
    busy = "locked" in str(error)
    later = "another process is writing; try again when it has finished"
    return remedy(error, later if busy else "run `scholium doctor`")

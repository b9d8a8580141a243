"""One SQLite file, read as one: how the catalog is opened, asked and kept consistent.

SQLite's own errors end here.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from rag.closing import Closing
from rag.errors import LibraryCorrupt, LibraryError
from rag.store.remedies import remedy

T = TypeVar("T")

SEARCH_CACHE_KIB = 32_000  # SQLite's own 2,000 hold hardly what one search of a large library reads
RECORD_CACHE_KIB = 2_000
"""Enough for what is read by key, or written once and hardly ever read."""

WAIT_S = 30.0
"""For another process that is writing."""

_POLL_S = 0.01
BATCH = 500  # ids in one statement; SQLite's limit on variables is far above


class Connection(Closing):
    """A connection that threads may share.

    It waits for other writers here, not inside SQLite, which would hold on to the connection
    meanwhile, and with it whichever thread wants to read by it, the interpreter's lock in hand.
    """

    def __init__(self, path: Path, mode: str, cache_kib: int = SEARCH_CACHE_KIB) -> None:
        """Opens ``path`` in SQLite's ``mode``: "ro", or "rwc", which creates what is missing.

        ``cache_kib`` is what it may keep of the file in memory.

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
                timeout=0,
            )
            self._db.row_factory = sqlite3.Row
            self._db.isolation_level = None
            self._db.create_function("folded", 1, _folded, deterministic=True)
        # It reads the schema, which waits for whoever is just making it.
        self.select(f"PRAGMA cache_size = -{cache_kib}")

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
        return self.patiently(lambda: self._selected(sql, values))

    def patiently(self, act: Callable[[], T]) -> T:
        """``act``, again and again while another process holds the file. Raises LibraryError."""
        until = time.monotonic() + WAIT_S
        while True:
            try:
                with self.translated():
                    return act()
            except LibraryError as error:
                if not _is_busy(error.__cause__) or time.monotonic() > until:
                    raise
            time.sleep(_POLL_S)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; no other thread writes by this connection meanwhile."""
        self.patiently(self._begin)
        try:
            with self.translated():
                yield
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite itself rolls back on a full disk
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._mutex.release()

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Runs one statement; how many rows it changed. Alone it is a transaction of its own."""
        return self.patiently(lambda: self._changed(sql, values))

    def execute_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Runs one statement for each of ``values``; belongs inside a transaction."""
        with self._mutex, self.translated():
            self._db.executemany(sql, values)

    def _begin(self) -> None:
        """Returns with the mutex, or without having it."""
        self._mutex.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._mutex.release()
            raise

    def _changed(self, sql: str, values: Sequence[object]) -> int:
        with self._mutex:
            return self._db.execute(sql, values).rowcount

    def _selected(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        with closing(self._db.execute(sql, values)) as cursor:
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
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
            raise LibraryError(f"{self.path}: {error}; please report this") from error
        except sqlite3.DatabaseError as error:
            raise LibraryCorrupt(
                f"{self.path} is damaged ({error}): restore it from a backup, "
                "or move the library away and ingest the papers again"
            ) from error
        except OSError as error:
            raise LibraryError(f"can't use {self.path.parent}: {error.strerror}") from error


def _is_busy(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what extends it
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _folded(text: str | None) -> str:
    """For comparisons without regard to case, in every script: SQLite knows ASCII alone."""
    return (text or "").casefold()


def _advice(error: BaseException) -> str:
    busy = "locked" in str(error)
    later = "another process is writing; try again when it has finished"
    return remedy(error, later if busy else "run `scholium doctor`")

"""Answers of a language model, kept on disk: the same call is not paid for twice.

One SQLite file for all libraries of a user. It is a convenience: whatever is wrong with it (it is
damaged, locked, or can't be written), the model is asked as if there were none.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from rag.config import Llm
from rag.types import Completion, Message, Usage

T = TypeVar("T")

MAX_ENTRIES = 20_000
MAX_CHARS = 20_000
_BUSY_S = 0.5
_HARMLESS = (OSError, UnicodeEncodeError)  # some servers send half a character, which has no bytes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS completions (
    number INTEGER PRIMARY KEY,
    key    TEXT NOT NULL UNIQUE,
    text   TEXT NOT NULL
)
"""


class CompletionCache:
    """The answers of one model, among those of others in the same file.

    The file holds the ``max_entries`` that were kept last. What was asked is in it as digests, but
    many an answer is the question in other words: none but the file's owner may read it. Instances
    may be shared between threads.
    """

    def __init__(self, path: Path, model: Llm, max_entries: int = MAX_ENTRIES) -> None:
        self._path = path
        self._model = model
        self._max_entries = max_entries

    def find(self, messages: Sequence[Message]) -> Completion | None:
        """What was answered to ``messages`` before; it costs nothing now."""
        [found] = self.find_all([messages])
        return found

    def find_all(self, calls: Sequence[Sequence[Message]]) -> list[Completion | None]:
        """The same for many calls, the file opened once."""
        texts = self._harmless(lambda db: [_found(db, self._key(call)) for call in calls])
        return [
            None if text is None else Completion(text, Usage())
            for text in texts or [None] * len(calls)
        ]

    def keep(self, messages: Sequence[Message], completion: Completion) -> None:
        """Keeps a whole answer of reasonable length."""
        self.keep_all([(messages, completion)])

    def keep_all(self, answered: Sequence[tuple[Sequence[Message], Completion]]) -> None:
        """The same for many answers; those of another model are left out."""
        kept = [
            (self._key(messages), completion.text)
            for messages, completion in answered
            if not completion.truncated
            and len(completion.text) <= MAX_CHARS
            and completion.model in ("", self._model.model)
        ]
        if kept:
            self._harmless(lambda db: self._insert(db, kept))

    def _insert(self, db: sqlite3.Connection, kept: Sequence[tuple[str, str]]) -> None:
        # A replaced row gets the highest number too, so numbers tell which are the oldest.
        db.executemany("INSERT OR REPLACE INTO completions (key, text) VALUES (?, ?)", kept)
        db.execute(
            "DELETE FROM completions WHERE number <= (SELECT max(number) FROM completions) - ?",
            [self._max_entries],
        )

    def _key(self, messages: Sequence[Message]) -> str:
        """The same for the same call; a key that opens a server says nothing about its answers."""
        model = self._model.model_dump(
            include={"model", "api_base", "temperature", "max_tokens"}, mode="json"
        )
        call = json.dumps([model, list(messages)], sort_keys=True)
        return hashlib.sha256(call.encode()).hexdigest()

    def _harmless(self, act: Callable[[sqlite3.Connection], T]) -> T | None:
        """What ``act`` comes to; None where the file is of no use. A damaged one is begun anew."""
        try:
            return self._acted(act)
        except sqlite3.OperationalError:  # locked, full, not to be written: still a good file
            return None
        except sqlite3.DatabaseError:
            with suppress(sqlite3.Error, *_HARMLESS):
                self._remove()
                return self._acted(act)
        except _HARMLESS:
            return None
        return None

    def _acted(self, act: Callable[[sqlite3.Connection], T]) -> T:
        with self._opened() as db, db:
            return act(db)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        self._path.chmod(0o600)  # it may have been there
        with closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute(_SCHEMA)
            yield db

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def _found(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT text FROM completions WHERE key = ?", [key]).fetchone()
    return row[0] if row else None

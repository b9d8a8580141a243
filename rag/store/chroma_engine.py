"""Opening Chroma, and keeping processes out of one another's way.

Embedded, Chroma is safe for threads but not for processes: each loads the vector graph from
files that a writer rewrites in place, and never notices what others wrote. So here

- whoever writes, or loads the files, holds the lock file for that long;
- every write first counts up the generation file, and an engine whose generation has passed
  is opened anew before the next search, or after it if a write is going on just then;
- SQLite's write-ahead log is on, so that reading goes on while another process commits.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError
from filelock import FileLock, Timeout

from rag.errors import SearchEngineError
from rag.store.allowed import AllowedCache
from rag.store.chroma_http import HTTP_FAILURES, close_session, connect, parse_url

FAILURES = (ChromaError, ValueError, OSError, *HTTP_FAILURES)
"""What Chroma raises when something is wrong with it, its files or its server."""

PASSING = (ChromaError, *HTTP_FAILURES)
"""Those of them that opening anew may cure."""

LOCK_WAIT_S = 60.0

# Recall at depth 100 over 20,000 vectors is above .99 with these. A low threshold leaves little
# for a reader to replay on opening.
HNSW = {
    "space": "cosine",
    "ef_construction": 100,
    "ef_search": 300,
    "max_neighbors": 16,
    "sync_threshold": 100,
}

_spelling = itertools.count()


@dataclass(slots=True)
class Opened:
    """A client, its collection, and what may be remembered for as long as it is current."""

    client: Any
    collection: Any
    generation: int = 0
    allowed: AllowedCache | None = None
    users: int = 0
    retired: bool = False


class Engine(ABC):
    """A collection that is opened when first used and closed when nobody uses it any more."""

    def __init__(self) -> None:
        self._mutex = threading.RLock()
        self._current: Opened | None = None
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        """The collection, to read."""
        with self._mutex:
            opened = self._use(self._fresh())
        try:
            yield opened
        finally:
            self._release(opened)

    @abstractmethod
    def writing(self) -> AbstractContextManager[Opened]:
        """The collection, to write, with nobody else writing or opening it."""

    @abstractmethod
    def refresh(self) -> None:
        """Opens anew."""

    def close(self) -> None:
        """Those still reading finish; whoever comes later opens and closes for himself."""
        with self._mutex:
            self._closed = True
            self._retire()

    @abstractmethod
    def _fresh(self) -> Opened: ...

    def _dispose(self, opened: Opened) -> None:
        opened.client.close()

    def _use(self, opened: Opened) -> Opened:
        opened.users += 1
        if self._closed:
            opened.retired, self._current = True, None
        return opened

    def _release(self, opened: Opened) -> None:
        with self._mutex:
            opened.users -= 1
            if opened.retired and not opened.users:
                self._dispose(opened)

    def _retire(self) -> None:
        opened, self._current = self._current, None
        if opened:
            opened.retired = True
            if not opened.users:
                self._dispose(opened)


class EmbeddedChroma(Engine):
    """Chroma in this process, its files under ``path``."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        self._path = path
        self._name = name
        self._lock = FileLock(path / "lock")

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        with self._mutex:
            self._acquire(LOCK_WAIT_S)
            try:
                opened = self._use(self._open_if_stale())
                opened.generation = self._count_up()
            except BaseException:
                self._lock.release()
                raise
        try:
            opened.allowed = AllowedCache()
            yield opened
        finally:
            opened.allowed = AllowedCache()
            self._lock.release()
            self._release(opened)

    def refresh(self) -> None:
        with self._mutex, self._locked(LOCK_WAIT_S):
            self._open()

    def _fresh(self) -> Opened:
        current = self._current
        if current and current.generation == self._generation():
            return current
        try:
            with self._locked(0 if current else LOCK_WAIT_S):
                return self._open_if_stale()
        except SearchEngineError:
            if not current:
                raise
            return current  # someone is writing: this still answers, as of before

    def _open_if_stale(self) -> Opened:
        current = self._current
        fresh = current and current.generation == self._generation()
        return current if current and fresh else self._open()

    def _open(self) -> Opened:
        generation = self._generation()
        _use_write_ahead_log(self._path / "chroma.sqlite3")
        # Chroma shares one engine among all clients of a path, however stale; another spelling
        # of the path gets its own.
        spelling = str(self._path) + "/." * (next(_spelling) % 100 + 1)
        client = chromadb.PersistentClient(spelling, settings=_settings())
        try:
            collection = _collection(client, self._name)
            # Chroma loads the graph and brings it up to date at the first use: let that be now.
            collection.get(limit=1, include=["embeddings"])
        except BaseException:
            client.close()
            raise
        self._retire()
        self._current = Opened(client, collection, generation, AllowedCache())
        return self._current

    @contextmanager
    def _locked(self, timeout_s: float) -> Iterator[None]:
        self._acquire(timeout_s)
        try:
            yield
        finally:
            self._lock.release()

    def _acquire(self, timeout_s: float) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=timeout_s)
        except Timeout as error:
            raise SearchEngineError(
                f"another process has been writing to the vector index {self._path} "
                f"for {timeout_s:.0f} s: try again later"
            ) from error

    def _generation(self) -> int:
        try:
            return int((self._path / "generation").read_text() or 0)
        except FileNotFoundError as error:
            if self._current and self._current.generation:
                raise SearchEngineError(
                    f"the vector index {self._path} has been removed: open the library again"
                ) from error
            return 0

    def _count_up(self) -> int:
        generation = self._generation() + 1
        (self._path / "generation.new").write_text(str(generation))
        (self._path / "generation.new").replace(self._path / "generation")
        return generation


class ChromaServer(Engine):
    """A Chroma server over HTTP. It alone touches its files, so nothing is locked here."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__()
        parse_url(url)  # a bad one is better known now than at the first search
        self._url = url
        self._name = name

    def writing(self) -> AbstractContextManager[Opened]:
        return self.reading()

    def refresh(self) -> None:
        with self._mutex:
            self._retire()

    def _fresh(self) -> Opened:
        if self._current is None:
            client = connect(self._url, _settings())
            self._current = Opened(client, _collection(client, self._name))
        return self._current

    def _dispose(self, opened: Opened) -> None:
        close_session(opened.client)


def drop_collections(url: str, prefix: str, keep: str) -> None:
    """Removes from the server at ``url`` the collections named ``prefix...``, all but ``keep``."""
    client = connect(url, _settings())
    try:
        for collection in client.list_collections():
            if collection.name.startswith(prefix) and collection.name != keep:
                client.delete_collection(collection.name)
    except FAILURES as error:
        raise SearchEngineError(f"the Chroma server {url} failed: {error}") from error
    finally:
        close_session(client)


def _settings() -> Settings:
    return Settings(anonymized_telemetry=False)


def _collection(client: Any, name: str) -> Any:
    # Without an embedding function Chroma has no reason to fetch a model.
    return client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": HNSW}
    )


def _use_write_ahead_log(database: Path) -> None:
    """Before Chroma makes the file: opening it later from here would drop Chroma's locks on it."""
    if not database.exists():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")

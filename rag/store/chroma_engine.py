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
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError
from filelock import FileLock, Timeout

from rag.errors import ConfigError, SearchEngineError
from rag.store.allowed import AllowedCache

LOCK_WAIT_S = 60.0

# Recall at depth 100 over 20,000 vectors is .998 with these; a low threshold keeps what a
# reader must replay on opening short.
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


class EmbeddedChroma:
    """Chroma in this process, its files under ``path``."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._mutex = threading.RLock()
        self._lock = FileLock(path / "lock")
        self._current: Opened | None = None
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        with self._mutex:
            if self._current is None or self._current.generation != self._generation():
                self._reopen(wait=self._current is None)
            opened = self._use()
        try:
            yield opened
        finally:
            self._release(opened)

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        with self._mutex:
            self._acquire(LOCK_WAIT_S)
            try:
                if self._current is None or self._current.generation != self._generation():
                    self._open()
                opened = self._use()
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
        with self._mutex:
            self._reopen(wait=True)

    def close(self) -> None:
        """Those still reading finish; whoever comes later opens and closes for himself."""
        with self._mutex:
            self._closed = True
            self._retire()

    def _reopen(self, *, wait: bool) -> None:
        try:
            self._acquire(LOCK_WAIT_S if wait else 0)
        except SearchEngineError:
            if wait:
                raise
            return  # someone is writing: what was open still answers, as of before
        try:
            self._open()
        finally:
            self._lock.release()

    def _open(self) -> None:
        generation = self._generation()
        _use_write_ahead_log(self._path / "chroma.sqlite3")
        # Chroma shares one engine among all clients of a path, however stale; another spelling
        # of the path gets its own.
        spelling = str(self._path) + "/." * (next(_spelling) % 100 + 1)
        client = chromadb.PersistentClient(spelling, settings=_settings())
        collection = _collection(client, self._name)
        # Chroma loads the graph and brings it up to date at the first use: let that be now.
        collection.get(limit=1, include=["embeddings"])
        self._retire()
        self._current = Opened(client, collection, generation, AllowedCache())

    def _acquire(self, timeout_s: float) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=timeout_s)
        except Timeout as error:
            raise SearchEngineError(
                f"another process has been writing to the vector index {self._path} "
                f"for {timeout_s:.0f} s: try again later"
            ) from error

    def _use(self) -> Opened:
        opened = self._current
        if opened is None:
            raise SearchEngineError(f"the vector index {self._path} could not be opened")
        opened.users += 1
        if self._closed:
            opened.retired, self._current = True, None
        return opened

    def _release(self, opened: Opened) -> None:
        with self._mutex:
            opened.users -= 1
            if opened.retired and not opened.users:
                opened.client.close()

    def _retire(self) -> None:
        if self._current is None:
            return
        self._current.retired = True
        if not self._current.users:
            self._current.client.close()
        self._current = None

    def _generation(self) -> int:
        try:
            return int((self._path / "generation").read_text() or 0)
        except FileNotFoundError:
            return 0

    def _count_up(self) -> int:
        generation = self._generation() + 1
        (self._path / "generation.new").write_text(str(generation))
        (self._path / "generation.new").replace(self._path / "generation")
        return generation


class ChromaServer:
    """A Chroma server over HTTP. It alone touches its files, so nothing is locked here."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._mutex = threading.Lock()
        _address(url)  # a bad one is better known now than at the first search
        self._current: Opened | None = None

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        with self._mutex:
            opened = self._current = self._current or self._open()
        yield opened

    writing = reading

    def refresh(self) -> None:
        self.close()

    def close(self) -> None:
        with self._mutex:
            opened, self._current = self._current, None
        if opened:
            opened.client.close()

    def _open(self) -> Opened:
        client = connect(self._url)
        return Opened(client, _collection(client, self._name))


def connect(url: str) -> Any:
    """A client of the server at ``url``. Raises ConfigError, SearchEngineError."""
    host, port, ssl = _address(url)
    try:
        return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=_settings())
    except (ChromaError, ValueError, OSError) as error:
        raise SearchEngineError(
            f"no Chroma server answers at {url}: start it with "
            f"`chroma run --host {host} --port {port}`, or correct [dense] url"
        ) from error


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


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port and whether to use TLS."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"[dense] url = {url!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ConfigError(
            f"[dense] url = {url!r} must look like http://localhost:8000 or https://host:443"
        )
    ssl = parts.scheme == "https"
    return parts.hostname, port or (443 if ssl else 8000), ssl

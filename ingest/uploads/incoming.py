"""One file on its way from a client to the disk."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.jobs.values import NewFile
from ingest.uploads.kinds import Kind
from ingest.uploads.naming import FOLDER, path_of, safe_name, shown_name
from rag.closing import Closing
from rag.errors import LibraryError, TooLarge
from rag.store.remedies import remedy

_MB = 1024 * 1024  # as the settings count

UNFINISHED = ".incoming"
"""Where, among the uploads, files are that are not whole yet; each is locked by who writes it."""


class Incoming(Closing):
    """Writes a file while it comes in, under a name of ours, and leaves nothing behind unless it
    was kept. Not for several threads at once.
    """

    def __init__(self, library: Path, name: str, most_bytes: int) -> None:
        """``name`` is the client's. Raises LibraryError if the disk refuses."""
        self.name = shown_name(name)
        self.size = 0
        self._library = library
        self._most = most_bytes
        self._kind = Kind(self.name)
        self._hash = hashlib.sha256()
        self._path = ""
        with _written(library):
            self._temporary, self._fd = _create(library / FOLDER / UNFINISHED)

    def write(self, piece: bytes) -> None:
        """Takes the next bytes. Raises TooLarge, UnsupportedType or LibraryError."""
        self.size += len(piece)
        if self.size > self._most:
            most = self._most / _MB
            raise TooLarge(f"{self.name} is larger than {most:.3g} MB, the most that is taken")
        self._kind.feed(piece)
        self._hash.update(piece)
        with _written(self._library):
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._fd, rest) :]

    def finish(self) -> NewFile:
        """All has come, and is on the disk to stay. Raises UnsupportedType or LibraryError.

        May be called again.
        """
        if self._path:
            return NewFile(self.name, self._path, self.size)
        path = path_of(self._hash.hexdigest(), safe_name(self.name, self._kind.ending()))
        with _written(self._library):
            os.fsync(self._fd)
        self._path = path
        return NewFile(self.name, self._path, self.size)

    def put_in_place(self) -> None:
        """Gives it its name; belongs into the transaction that makes it part of a job."""
        place = self._library / self._path
        with _written(self._library):
            place.parent.mkdir(exist_ok=True)
            self._temporary.replace(place)
            for folder in (place.parent, place.parent.parent):
                _sync(folder)

    def close(self) -> None:
        """Forgets what has not been put in place."""
        self._temporary.unlink(missing_ok=True)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def remove_unfinished(library: Path) -> None:
    """Deletes what processes that are gone had begun to write."""
    for path in (library / FOLDER / UNFINISHED).glob("*"):
        try:
            _remove_unless_written(path)
        except FileNotFoundError:
            continue  # somebody else has
        except OSError as error:
            logging.getLogger(__name__).warning("can't delete %s: %s", path, error.strerror)


def _remove_unless_written(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would be waited for
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        pass
    finally:
        os.close(fd)


def _create(folder: Path) -> tuple[Path, int]:
    """A new file that this process alone writes, and that others see is being written."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        path = folder / secrets.token_hex(8)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)  # taken for a leftover in the moment before it was locked
            continue
        if os.fstat(fd).st_nlink:
            return path, fd
        os.close(fd)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _written(library: Path) -> Iterator[None]:
    """The system's errors as ours."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        advice = remedy(error, "check the disk that it is on")
        raise LibraryError(f"can't write to {library / FOLDER}: {what}; {advice}") from error

"""One writer at a time: a lock that names its holder and dies with it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryError, LibraryLocked


@contextmanager
def writing(library: Path) -> Iterator[None]:
    """Holds the library's write lock; the operating system frees it if the process dies.

    Raises LibraryLocked naming the holder, LibraryError if the directory can't be written.
    """
    holder = library / "writer"
    lock = FileLock(library / "lock", timeout=0)
    try:
        library.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise LibraryLocked(
            f"{library} is being written by {held_by(library) or 'another process'}: "
            "wait until it has finished, or stop it"
        ) from error
    except OSError as error:
        raise LibraryError(f"can't write to {library}: {error.strerror or error}") from error
    try:
        holder.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def held_by(library: Path) -> str:
    """Who writes to the library now, or wrote when it was killed; empty if nobody."""
    try:
        return (library / "writer").read_text(encoding="utf-8")
    except OSError:
        return ""


def waited_for(library: Path) -> str:
    """Who keeps others from writing to the library now; empty if nobody does."""
    if not held_by(library):
        return ""  # without a try, which for its moment would keep somebody else from writing
    try:
        with writing(library):
            return ""
    except LibraryLocked:
        return held_by(library) or "another process"

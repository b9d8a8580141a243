"""One process at a time carries out a library's jobs: a lock that dies with its holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def running_jobs(library: Path, patience_s: float = 0.0) -> Iterator[bool]:
    """Whether this process may carry out jobs: nobody else does, nor will while this lasts."""
    lock = FileLock(library / "runner", timeout=patience_s)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()

"""Work that several threads want at a time, done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from rag.errors import SourceError

REMEMBERED_S = 300.0
MOST = 1000
"""Failures that are remembered: the oldest are forgotten."""


T = TypeVar("T")


class Merged(Generic[T]):
    """Does what has the same name once, however many threads ask while it is done.

    A SourceError is remembered for some minutes, and raised again.
    """

    def __init__(self, remembered_s: float = REMEMBERED_S) -> None:
        self._remembered_s = remembered_s
        self._lock = threading.Lock()
        self._flying: dict[str, Future[T]] = {}
        self._failed: dict[str, tuple[float, SourceError]] = {}

    def do(self, name: str, work: Callable[[], T]) -> T:
        """What ``work`` gives or raises, here or in the thread that was first."""
        with self._lock:
            self._raise_known(name)
            ours = name not in self._flying
            future = self._flying.setdefault(name, Future())
        if ours:
            self._work(name, work, future)
        return future.result()

    def _work(self, name: str, work: Callable[[], T], future: Future[T]) -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  it is raised in every thread that waits
            future.set_exception(error)
            if isinstance(error, SourceError):
                self._remember(name, error)
        finally:
            with self._lock:
                del self._flying[name]

    def _remember(self, name: str, error: SourceError) -> None:
        with self._lock:
            self._failed.pop(name, None)
            self._failed[name] = time.monotonic() + self._remembered_s, error
            while len(self._failed) > MOST:
                del self._failed[next(iter(self._failed))]

    def _raise_known(self, name: str) -> None:
        until, error = self._failed.get(name, (0.0, None))
        if error and time.monotonic() < until:
            raise type(error)(error.source, error.reason)

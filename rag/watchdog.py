"""Keeps a slow source from holding up its reader: waits are bounded whatever the source does.

A read time-out on a socket is not enough: a server that sends a comment now and then keeps
it from ever running out. So the source is read on a thread of its own, and the reader waits
for what comes of it, no longer than it was told to.
"""

from __future__ import annotations

import atexit
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rag.threads import start_daemon

T = TypeVar("T")
Item = TypeVar("Item", covariant=True)

_LAST_WORDS_S = 0.5
"""How long a thread whose source was closed is waited for; one that waits for a server's first word
can't be woken, and ends by itself."""


class Source(Protocol[Item]):
    """Something slow to read, that can be told to stop from another thread."""

    def __iter__(self) -> Iterator[Item]: ...

    def close(self) -> None:
        """Ends the reading; may be called at any time, and more than once."""
        ...


class Overdue(Exception):
    """Nothing came for ``seconds``; ``began`` says whether anything ever had."""

    def __init__(self, seconds: float, began: bool) -> None:
        super().__init__(seconds, began)
        self.seconds = seconds
        self.began = began


class CalledOff(Exception):
    """The process ends, and nobody waits for this any more."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the first item, for each next one, and until when for all of them.

    ``until`` is a reading of `time.monotonic`.
    """

    first_s: float
    next_s: float
    until: float

    @property
    def left_s(self) -> float:
        """What is left of the whole."""
        return self.until - time.monotonic()


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None = None


class _Reading(Generic[T]):
    """One source and the thread that reads it. All that are under way end with the process."""

    _registering = threading.Lock()
    _under_way: ClassVar[set[_Reading[Any]]] = set()
    _ended = False

    def __init__(self, source: Source[T], ended: Callable[[], None]) -> None:
        self._source = source
        self._tell_ended = ended
        self.inbox: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self._stopped = threading.Event()
        with _Reading._registering:
            if _Reading._ended:
                raise CalledOff
            _Reading._under_way.add(self)
            self._thread = start_daemon(self._run, name="model-reader")

    def _run(self) -> None:
        end = _End()
        try:
            for item in self._source:
                if self._stopped.is_set():
                    break
                self.inbox.put(item)
        except Exception as error:  # noqa: BLE001 - handed over, and raised where it is read
            end = _End(error)
        self._tell_ended()
        self.inbox.put(end)
        self._source.close()
        with _Reading._registering:
            _Reading._under_way.discard(self)

    def stop(self, most_s: float) -> None:
        self.hang_up()
        self._thread.join(min(_LAST_WORDS_S, max(most_s, 0.0)))

    def hang_up(self) -> None:
        self._stopped.set()
        self._source.close()

    @classmethod
    def call_off_all(cls) -> None:
        """Ends every reading, for good: at the end of a process that left one behind."""
        with _Reading._registering:
            _Reading._ended = True
            under_way = list(_Reading._under_way)
        for reading in under_way:
            reading.inbox.put(_End(CalledOff()))
            reading.hang_up()


atexit.register(_Reading.call_off_all)


def watched(
    source: Source[T], patience: Patience, ended: Callable[[], None] = lambda: None
) -> Generator[T, None, None]:
    """The items of ``source`` as they come. Raises Overdue, and whatever the source raises.

    However the iteration ends, the source is closed, and its thread has a moment to end if there is
    time left. It calls ``ended`` when it does, which may be long after.
    """
    reading = _Reading(source, ended)
    began = False
    allowed = patience.first_s
    try:
        while True:
            item = _next(reading.inbox, min(allowed, patience.left_s), began)
            if isinstance(item, _End):
                break
            began, allowed = True, patience.next_s
            yield item
        if item.error is not None:
            raise item.error
    finally:
        reading.stop(patience.left_s)


def _next(inbox: queue.SimpleQueue[T | _End], seconds: float, began: bool) -> T | _End:
    try:
        return inbox.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise Overdue(seconds, began) from None

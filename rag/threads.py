"""Threads that a process may leave behind, and may end without.

Python cuts daemon threads off wherever they are when the interpreter ends. One that is amid an
import then (litellm imports much of itself at its first call) holds a lock that every later import
waits for, and some destructors import: the process would hang for ever. So the end of the process
waits for a moment at which no such thread is on the move.
"""

from __future__ import annotations

import atexit
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")

_STILL_S = 0.3
_LONGEST_S = 30.0
_POLL_S = 0.02

_started: set[threading.Thread] = set()
_starting = threading.Lock()


def start_daemon(run: Callable[..., object], *args: Any, name: str) -> threading.Thread:
    """Starts a thread that the process does not wait for, except to let it come to rest.

    It works in a copy of the caller's context.
    """
    inside = copy_context().run
    thread = threading.Thread(target=inside, args=(run, *args), name=name, daemon=True)
    with _starting:
        _started.difference_update([each for each in _started if not each.is_alive()])
        thread.start()
        _started.add(thread)
    return thread


def side_by_side(act: Callable[[T], R], items: Sequence[T], at_once: int, *, name: str) -> list[R]:
    """``act`` of each of ``items``, so many at a time, in their order.

    Raises what the first that fails raises; as with an interruption, nothing further is begun then,
    and what is under way is not waited for.
    """
    todo: deque[tuple[int, T]] = deque(enumerate(items))
    done: SimpleQueue[tuple[int, R | None, BaseException | None]] = SimpleQueue()

    def work() -> None:
        with suppress(IndexError):
            while True:
                place, item = todo.popleft()
                done.put(_outcome(place, act, item))

    for number in range(min(at_once, len(items))):
        start_daemon(work, name=f"{name}-{number}")
    made: dict[int, R] = {}
    try:
        for _ in items:
            place, result, error = done.get()
            if error is not None:
                raise error
            made[place] = cast("R", result)
    finally:
        todo.clear()
    return [made[place] for place in range(len(items))]


def _outcome(
    place: int, act: Callable[[T], R], item: T
) -> tuple[int, R | None, BaseException | None]:
    try:
        return place, act(item), None
    except BaseException as error:  # noqa: BLE001 - handed over, and raised where it is waited for
        return place, None, error


@atexit.register
def _come_to_rest() -> None:
    """Waits until every thread has ended, or the system keeps it waiting (for a server, say)."""
    with _starting:
        moves = [_Moves(thread) for thread in _started]
    until = time.monotonic() + _LONGEST_S
    while moves and time.monotonic() < until:
        moves = [each for each in moves if each.goes_on()]
        time.sleep(_POLL_S if moves else 0)


class _Moves:
    """Where a thread is, and since when."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread
        self._place: object = None
        self._since = time.monotonic()

    def goes_on(self) -> bool:
        """Whether it runs, or did until a moment ago, or is in the middle of an import."""
        if not self._thread.is_alive():
            return False
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001 - documented
        place, now = frame and (frame.f_code, frame.f_lasti), time.monotonic()
        if place != self._place:
            self._place, self._since = place, now
        while frame:
            if frame.f_globals.get("__name__") == "importlib._bootstrap":
                return True
            frame = frame.f_back
        return now - self._since < _STILL_S

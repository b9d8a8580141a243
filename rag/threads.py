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
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

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

"""Ends threads that a process leaves behind, so that it can end itself.

Python cuts daemon threads off wherever they are when the interpreter ends. One that is amid an
import then (litellm imports most of itself at its first call) holds the lock that every later
import waits for, and some destructors do import: the process would hang for ever.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Sequence

_POLL_S = 0.02
_LONGEST_IMPORT_S = 30.0


def end_threads(threads: Sequence[threading.Thread], wait_s: float) -> None:
    """Interrupts ``threads``, and waits ``wait_s`` at most for all of them to end.

    One that is in the middle of an import is waited for however long that takes. One that the
    system keeps waiting (for a server, say) does no harm, and is left to its fate.
    """
    start = time.monotonic()
    while alive := [thread for thread in threads if thread.is_alive()]:
        seconds = time.monotonic() - start
        importing = seconds < _LONGEST_IMPORT_S and any(map(is_importing, alive))
        if seconds > wait_s and not importing:
            return
        for thread in alive:
            _interrupt(thread)
        alive[0].join(_POLL_S)


def is_importing(thread: threading.Thread) -> bool:
    """Whether ``thread`` is in the middle of an import."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - documented
    while frame:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return True
        frame = frame.f_back
    return False


def _interrupt(thread: threading.Thread) -> None:
    """Raises SystemExit in ``thread``, as soon as it runs Python code; nothing is printed."""
    ident, error = ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, error)

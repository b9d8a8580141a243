"""What happens as soon as the process is told to stop, while connections are still open.

The server stops listening at the signal and waits for its connections; those that wait for us must
hear of it first.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_stop(begin: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """Runs ``begin`` on this loop at SIGTERM or SIGINT, before what the signal did so far."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()  # a task that nobody holds may vanish
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(lambda: tasks.add(loop.create_task(begin())))
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in SIGNALS:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

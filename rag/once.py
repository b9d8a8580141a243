"""What is made when it is first needed, and then kept, as a model that takes seconds to load."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``make``, called by the first who asks; whoever asks meanwhile waits for what comes of it
    (`functools.cache` would make it for each of them), be it a failure. That is tried again by the
    next who asks.
    """
    made: list[T] = []
    making = threading.Lock()
    failures, last = 0, Exception()

    def kept() -> T:
        nonlocal failures, last
        before = failures
        if made:
            return made[0]
        with making:
            if failures > before:
                raise last
            try:
                made[:] = made or [make()]
            except Exception as error:
                failures, last = failures + 1, error
                raise
            return made[0]

    return kept

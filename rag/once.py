"""What is made when it is first needed, and then kept, as a model that takes seconds to load."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``make``, called by the first who asks; whoever asks meanwhile waits for what it makes
    (`functools.cache` would make it for each of them). What fails is tried again.
    """
    made: list[T] = []
    making = threading.Lock()

    def kept() -> T:
        if not made:
            with making:
                if not made:
                    made.append(make())
        return made[0]

    return kept

"""Something that threads share and that is closed once the last of them has done with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False)
class Lease(Generic[T]):
    """``value``, until it is retired and nobody uses it; then ``close`` is called with it."""

    value: T
    close: Callable[[T], None]
    _users: int = 0
    _retired: bool = False
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def using(self) -> Iterator[T]:
        """The value, open until the end of the block."""
        with self._mutex:
            self._users += 1
        try:
            yield self.value
        finally:
            self._leave(1)

    def retire(self) -> None:
        """Closes the value as soon as nobody uses it."""
        with self._mutex:
            self._retired = True
        self._leave(0)

    def _leave(self, users: int) -> None:
        with self._mutex:
            self._users -= users
            over = self._retired and not self._users
            self._retired = self._retired and not over  # closed once only
        if over:
            self.close(self.value)

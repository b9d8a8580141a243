"""What the language models were charged for one request: a question, with all that it leads to.

A request is kept in a context variable, as calls are made deep inside the stages, some of them in
threads: `rag.threads` hands the context on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import TypeVar

from rag.types import Usage

T = TypeVar("T")


@dataclass
class Account:
    """What a call took, once that is known."""

    taken: Usage = Usage()


SetAside = Callable[[str, Usage], AbstractContextManager[Account]]
"""A block that calls the named model, which may take so much and notes what it took. Raises
OverBudget where there is less left."""


class Spending:
    """A sum that threads may share."""

    def __init__(self) -> None:
        self._total = Usage()
        self._lock = threading.Lock()

    def add(self, usage: Usage) -> Usage:
        """Adds to the sum, which it returns; a negative usage takes away."""
        with self._lock:
            self._total += usage
            return self._total


_current: ContextVar[Spending | None] = ContextVar("spending", default=None)


def of_request() -> Spending:
    """What the request that is under way has spent; outside of one, a call stands alone."""
    return _current.get() or Spending()


@contextmanager
def one_request() -> Iterator[None]:
    """All calls inside count together; a request inside another is a part of it."""
    token = _current.set(_current.get() or Spending())
    try:
        yield
    finally:
        _current.reset(token)


def as_one_request(pieces: Generator[T, None, None]) -> Generator[T, None, None]:
    """The same for what is made bit by bit: the reader's own calls in between do not count."""
    context = copy_context()
    context.run(_current.set, _current.get() or Spending())
    end = object()
    try:
        while (piece := context.run(next, pieces, end)) is not end:
            yield piece  # type: ignore[misc]  # `end` is not among them
    finally:
        context.run(pieces.close)

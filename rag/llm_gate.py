"""Bounds how many calls of language models a process makes at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rag.config import Llm

Server = tuple[str, str, int]

_gates: dict[Server, threading.Semaphore] = {}
_making = threading.Lock()


class NoPlace(Exception):
    """As many calls are under way as may be, and none ended in time."""


@contextmanager
def place(model: Llm, until: float) -> Iterator[None]:
    """A block that calls ``model``, once there is a place; a server has ``max_concurrent``.

    ``until`` is a reading of `time.monotonic`, at which it raises NoPlace.
    """
    if not model.max_concurrent:
        yield
        return
    gate = _gate(model)
    if not gate.acquire(timeout=max(until - time.monotonic(), 0.0)):
        raise NoPlace
    try:
        yield
    finally:
        gate.release()


def _gate(model: Llm) -> threading.Semaphore:
    server = (model.model.partition("/")[0], model.api_base, model.max_concurrent)
    with _making:
        return _gates.setdefault(server, threading.Semaphore(model.max_concurrent))

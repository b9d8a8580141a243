"""Bounds how many calls of language models a process makes at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rag.config import Llm

Server = tuple[str, str, int]
Release = Callable[[], None]
"""Gives a place back; to be called once."""

_gates: dict[Server, threading.Semaphore] = {}
_making = threading.Lock()


class NoPlace(Exception):
    """As many calls are under way as may be, and none ended in time."""


def place(model: Llm, until: float) -> Release:
    """Waits for a place among the calls of ``model``, of whose server there are ``max_concurrent``.

    A place is kept until it is given back, from whichever thread: a call that nobody waits for any
    more may still keep the server busy. ``until`` is a reading of `time.monotonic`, at which it
    raises NoPlace.
    """
    if not model.max_concurrent:
        return lambda: None
    gate = _gate(model)
    if not gate.acquire(timeout=max(until - time.monotonic(), 0.0)):
        raise NoPlace
    return gate.release


def _gate(model: Llm) -> threading.Semaphore:
    server = (model.model.partition("/")[0], model.api_base, model.max_concurrent)
    with _making:
        return _gates.setdefault(server, threading.Semaphore(model.max_concurrent))

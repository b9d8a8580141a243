"""Runs the transforms of one query: beside the search, under one deadline, and never against it.

A transform that fails costs the query nothing but its help, and one that is late is left behind:
what it returns after the deadline is never looked at.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from rag.errors import ScholiumError
from rag.protocols import QueryTransform
from rag.threads import start_daemon
from rag.trace import ms_since, spent_on
from rag.types import Query, Rewriting, Status, TransformTrace, Variant


@dataclass(frozen=True, slots=True)
class _Finished:
    """What a transform came to, ``ms`` after it began."""

    name: str
    ms: float
    rewriting: Rewriting = field(default_factory=Rewriting)
    error: Exception | None = None

    def trace(self) -> TransformTrace:
        if self.error is not None:
            reason, usage = _reason(self.error), spent_on(self.error)
            return TransformTrace(self.name, Status.FAILED, self.ms, reason, usage)
        made = self.rewriting
        status = Status.DONE if made.query or made.variants else Status.IDLE
        return TransformTrace(self.name, status, self.ms, made.note, made.usage)


class Transforming:
    """The transforms of one query, and what became of each, in the order in which they ended."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._until = time.monotonic() + deadline_s
        self._began: dict[str, float] = {}
        self._inbox: SimpleQueue[_Finished] = SimpleQueue()
        self.traces: list[TransformTrace] = []

    def following(self, at_least_s: float) -> Transforming:
        """Others under the same deadline, with so much time where that is all but over."""
        others = Transforming(self._deadline_s)
        others._until = max(self._until, time.monotonic() + at_least_s)
        return others

    def apply(self, transform: QueryTransform, query: Query) -> Rewriting:
        """What ``transform`` makes of ``query``, by the deadline; else nothing."""
        self.begin([transform], query)
        return next(iter(self._collect()), Rewriting())

    def now(self, transform: QueryTransform, query: Query) -> Rewriting:
        """What ``transform`` makes of ``query``, waited for however long: for quick ones."""
        done = _finished(transform, query)
        self.traces.append(done.trace())
        return done.rewriting

    def begin(self, transforms: Sequence[QueryTransform], query: Query) -> None:
        """Starts ``transforms`` beside whatever comes next; `finish` has what they found."""
        for transform in transforms:
            self._began[transform.name] = time.monotonic()
            start_daemon(self._run, transform, query, name=f"transform-{transform.name}")

    def finish(self) -> list[Variant]:
        """The variants of all that was begun, waiting for them until the deadline."""
        return [variant for made in self._collect() for variant in made.variants]

    def _run(self, transform: QueryTransform, query: Query) -> None:
        self._inbox.put(_finished(transform, query))

    def _collect(self) -> list[Rewriting]:
        made: dict[str, Rewriting] = {}
        order = list(self._began)
        while self._began:
            try:
                done = self._inbox.get(timeout=max(self._until - time.monotonic(), 0.0))
            except Empty:
                self.traces += [self._late(name) for name in self._began]
                self._began = {}
                break
            if self._began.pop(done.name, None) is not None:
                self.traces.append(done.trace())
                made[done.name] = done.rewriting
        return [made[name] for name in order if name in made]

    def _late(self, name: str) -> TransformTrace:
        ms = 1000 * (time.monotonic() - self._began[name])
        note = f"not there after {self._deadline_s:g} s: raise query.deadline_s, or turn it off"
        return TransformTrace(name, Status.LATE, round(ms, 3), note)


def _finished(transform: QueryTransform, query: Query) -> _Finished:
    start = time.perf_counter()
    rewriting, error = Rewriting(), None
    try:
        rewriting = transform.transform(query)
    except Exception as caught:  # noqa: BLE001 - the query goes on; the trace names it
        error = caught
    return _Finished(transform.name, ms_since(start), rewriting, error)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ScholiumError) else f"{type(error).__name__}: {error}"

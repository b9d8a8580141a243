"""From what was found to what a generator reads: one step after the other.

A step that fails, or a model in it, leaves the evidence as it was, and the trace says so: an answer
can be made of less tidy evidence, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from rag.errors import EmbeddingError, ModelError
from rag.protocols import Generator, SelectionStep
from rag.trace import ms_since, spent_on
from rag.types import Draft, Evidence, Query, Status, TransformTrace, Usage

Traces = tuple[TransformTrace, ...]


@dataclass(frozen=True)
class Selection:
    """The steps, in the order in which evidence passes them."""

    steps: tuple[SelectionStep, ...]

    def __call__(
        self, query: Query, evidence: Sequence[Evidence]
    ) -> tuple[tuple[Evidence, ...], Traces]:
        """What is to be read, and what each step did."""
        read, traces = tuple(evidence), []
        for step in self.steps if read else ():
            read, trace = _taken(step, query, read)
            traces.append(trace)
        return read, tuple(traces)


@dataclass(frozen=True)
class WithSelection:
    """A generator that reads what ``selection`` makes of the evidence; its drafts say so."""

    generator: Generator
    selection: Selection

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        read, traces = self.selection(query, evidence)
        with _charged_for(traces):
            return _told(self.generator.generate(query, read), read, traces)

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        read, traces = self.selection(query, evidence)
        with _charged_for(traces):
            for item in self.generator.stream(query, read):
                yield _told(item, read, traces) if isinstance(item, Draft) else item


def _taken(
    step: SelectionStep, query: Query, evidence: tuple[Evidence, ...]
) -> tuple[tuple[Evidence, ...], TransformTrace]:
    start = perf_counter()
    try:
        made = step.select(query, evidence)
    except (ModelError, EmbeddingError) as error:
        why, spent = str(error), spent_on(error)
        return evidence, TransformTrace(step.name, Status.FAILED, ms_since(start), why, spent)
    status = Status.IDLE if made.evidence == evidence else Status.DONE
    trace = TransformTrace(step.name, status, ms_since(start), made.note, made.usage)
    return made.evidence, trace


def _told(draft: Draft, read: tuple[Evidence, ...], traces: Traces) -> Draft:
    """A generator that read less than it was given has said what."""
    return replace(
        draft, evidence=read if draft.evidence is None else draft.evidence, selection=traces
    )


@contextmanager
def _charged_for(traces: Traces) -> Iterator[None]:
    """A generator's failure costs what its evidence has cost, too."""
    try:
        yield
    except ModelError as error:
        spent = sum((trace.usage for trace in traces), Usage())
        if spent != Usage():
            error.usage = spent + (error.usage or Usage())
        raise

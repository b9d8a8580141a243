"""Questions in several parts, without a model: each part is searched for by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from rag.active.gathering import Gathered, written
from rag.active.looking import Looking
from rag.active.parts import parts
from rag.protocols import Generator, Search
from rag.types import Draft, Evidence, Query, Step, StepKind


@dataclass(frozen=True)
class ByParts:
    """Has ``writer`` answer from what was found for the question and for each of its parts.

    Nothing is read between the searches, so that there is one round; a question without parts is
    answered as ever.
    """

    writer: Generator
    keep: int
    most: int

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        held = Gathered().plus(evidence)
        if wanted := parts(query.text):
            yield Step(StepKind.SUB_QUESTIONS, 1, query.text, "\n".join(wanted), note="by rule")
            looking = Looking(search, self.keep, self.most, len(evidence))
            found: list[tuple[Evidence, ...]] = []
            for each in wanted:
                step = looking.look(each, held, 1)
                held = held.plus(step.found)
                found.append(step.found)
                yield step
            held = _level(evidence, found)
        yield from written(self.writer, query, held)


def _level(first: Sequence[Evidence], found: Sequence[Sequence[Evidence]]) -> Gathered:
    """The best of the question and of each part in turn: none is left behind."""
    turns = chain.from_iterable(zip_longest(first, *found))
    return Gathered().plus([each for each in turns if each is not None])

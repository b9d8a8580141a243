"""The evidence of an answer that is searched for in several goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.protocols import Generator
from rag.types import Draft, Evidence, Query


@dataclass(frozen=True, slots=True)
class Gathered:
    """Evidence in the order in which it came: piece ``n`` is cited as ``[n]``, whatever follows."""

    evidence: tuple[Evidence, ...] = ()

    def fresh(self, found: Sequence[Evidence], keep: int) -> tuple[Evidence, ...]:
        """The first ``keep`` of ``found`` that are not held, each once."""
        held, new = self, list[Evidence]()
        for each in found:
            if len(new) < keep and not held.covers(each):
                new.append(each)
                held = held.plus([each])
        return tuple(new)

    def covers(self, one: Evidence) -> bool:
        """Whether ``one`` is held, or all of it stands in what is."""
        return any(_holds(each, one) for each in self.evidence)

    def plus(self, new: Sequence[Evidence]) -> Gathered:
        """With ``new`` behind what is held, ranks in this order."""
        every = (*self.evidence, *new)
        return Gathered(tuple(replace(each, rank=rank) for rank, each in enumerate(every, 1)))

    def led_by(self, numbers: Sequence[int]) -> Gathered:
        """The same with the pieces of these numbers (from 1) first: what comes first is read best,
        and kept where there is too much.
        """
        first = [self.evidence[n - 1] for n in dict.fromkeys(numbers)]
        rest = [each for each in self.evidence if each not in first]
        return Gathered().plus([*first, *rest])


def _holds(held: Evidence, one: Evidence) -> bool:
    if held.chunk.chunk_id == one.chunk.chunk_id:
        return True
    outer, inner = held.chunk.span, one.chunk.span
    within = outer.start <= inner.start and inner.end <= outer.end
    return held.chunk.paper_id == one.chunk.paper_id and within


def written(
    writer: Generator, query: Query, held: Gathered, note: str = ""
) -> Iterator[str | Draft]:
    """What ``writer`` makes of all evidence; its draft says what was read, and has ``note``."""
    for item in writer.stream(query, held.evidence):
        if not isinstance(item, Draft):
            yield item
            continue
        read = held.evidence if item.evidence is None else item.evidence
        yield replace(item, evidence=read, note=" ".join(filter(None, [note, item.note])))

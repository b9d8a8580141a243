"""What a passage needs to be understood comes along: what it points to, what its words stand for,
and what stands beside it.

    found ─┬─ definitions, tables, footnotes ─ while half of the tokens left are not used ─┐
           └─ the paragraphs beside it, for the rest ──────────────────────────────────────┴─ read

Each companion comes as evidence of its own, under the id of the chunk that holds it, so that what
is cited of it is cited from its own place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.protocols import TokenCounter
from rag.select.covering import covering
from rag.select.passages import holds, ranked, with_marks_of
from rag.select.widening import Widening
from rag.store.catalog import Catalog
from rag.types import Evidence, Query, Selected

SHARE = 0.5
"""Of the tokens that the found chunks leave, for companions; the rest is for what stands beside
them."""


@dataclass(frozen=True, slots=True)
class Companion:
    """What comes along with evidence, and what a reader is told of it: "Table 3"."""

    evidence: Evidence
    what: str


Source = Callable[[Query, Sequence[Evidence]], Iterator[Companion]]


@dataclass(frozen=True)
class BringingAlong:
    """Evidence with its companions after it, to at most ``max_tokens`` in all.

    The ``sources`` are asked in their order. What ``widening`` shows anyway does not come twice;
    None: nothing is widened. What was found already, if in part alone, does not come along either.
    """

    catalog: Catalog
    sources: tuple[Source, ...]
    widening: Widening | None
    max_tokens: int
    count_tokens: TokenCounter
    name: str = "bring along"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        with self.catalog.snapshot():
            along, used = self._affordable(query, evidence)
            wide: Sequence[Evidence] = evidence
            if self.widening:
                wide = replace(self.widening, max_tokens=self.max_tokens - used)(evidence)
            wide = [with_marks_of(each, [each, *_within(each, along)]) for each in wide]
            held = {id(part) for each in wide for part in _within(each, along)}
            new = self._one_a_chunk(c for c in along if id(c.evidence) not in held)
        made = ranked((*wide, *(companion.evidence for companion in new)))
        longer = len({e.chunk.text for e in wide} - {e.chunk.text for e in evidence})
        widened = f"{longer} passage{'s' * (longer > 1)} made wider" if longer else ""
        return Selected(made, "; ".join(filter(None, [*(c.what for c in new), widened])))

    def _one_a_chunk(self, companions: Iterable[Companion]) -> list[Companion]:
        """What comes of one chunk as one: its id is what tells a piece of evidence from others."""
        by_chunk: defaultdict[str, list[Companion]] = defaultdict(list)
        for each in companions:
            by_chunk[each.evidence.chunk.chunk_id].append(each)
        return [self._joined(several) for several in by_chunk.values()]

    def _joined(self, several: Sequence[Companion]) -> Companion:
        if len(several) == 1:
            return several[0]
        found = [companion.evidence for companion in several]
        whole = covering(self.catalog, found, [each.chunk for each in found])
        return Companion(whole, "; ".join(each.what for each in several)) if whole else several[0]

    def _affordable(
        self, query: Query, evidence: Sequence[Evidence]
    ) -> tuple[list[Companion], int]:
        """What there are tokens for, and how many that takes."""
        found = sum(self.count_tokens([each.chunk.text for each in evidence]))
        left = int((self.max_tokens - found) * SHARE)
        kept: list[Companion] = []
        used = 0
        for source in self.sources if left > 0 else ():
            offered = list(source(query, evidence))
            lengths = self.count_tokens([each.evidence.chunk.text for each in offered])
            for each, tokens in zip(offered, lengths, strict=True):
                if used + tokens <= left and not _is_among(kept, each.evidence):
                    kept.append(each)
                    used += tokens
        return kept, used


def _is_among(kept: Sequence[Companion], evidence: Evidence) -> bool:
    chunk = evidence.chunk
    return holds((each.evidence for each in kept), chunk.paper_id, chunk.span)


def _within(shown: Evidence, companions: Sequence[Companion]) -> list[Evidence]:
    return [each.evidence for each in companions if _holds(shown, each.evidence)]


def _holds(shown: Evidence, other: Evidence) -> bool:
    ours, theirs = shown.chunk, other.chunk
    within = ours.span.start <= theirs.span.start and theirs.span.end <= ours.span.end
    return ours.paper_id == theirs.paper_id and within

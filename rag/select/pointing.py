"""What a passage points to comes along: where it says "see Table 3", table 3 can be read, too.

    found chunks ─ what they point to, best first, while tokens are left ─ after what is widened

Each comes as evidence of its own, under the id of the chunk that holds it, so that what is cited
of it is cited from its own place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.protocols import TokenCounter
from rag.select.widening import Widening
from rag.store.catalog import Catalog
from rag.store.stretches import chunk_over, elements_between, text_of
from rag.types import Evidence, Kind, Span

KINDS = frozenset((Kind.TABLE, Kind.FIGURE, Kind.EQUATION, Kind.ALGORITHM))
"""Of a figure it is the caption that can be read."""

SHARE = 0.5
"""Of the tokens that the found chunks leave, for what they point to; the rest is for what stands
beside them."""


@dataclass(frozen=True)
class BringingAlong:
    """Evidence with what it points to, after it, to at most ``max_tokens`` in all.

    What ``widening`` shows anyway does not come twice; None: nothing is widened. What was found
    already, if in part alone, does not come along either.
    """

    catalog: Catalog
    widening: Widening | None
    max_tokens: int
    count_tokens: TokenCounter

    def __call__(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """The evidence, ranked from 1."""
        with self.catalog.snapshot():
            along, used = self._affordable(evidence)
            wide = tuple(evidence)
            if self.widening:
                less = replace(self.widening, max_tokens=self.max_tokens - used)
                wide = less(evidence)
        new = [each for each in along if not any(_holds(shown, each) for shown in wide)]
        return tuple(replace(each, rank=rank) for rank, each in enumerate((*wide, *new), 1))

    def _affordable(self, evidence: Sequence[Evidence]) -> tuple[list[Evidence], int]:
        """What there are tokens for, and how many that takes."""
        found = sum(self.count_tokens([each.chunk.text for each in evidence]))
        left = int((self.max_tokens - found) * SHARE)
        kept, used = [], 0
        pointed = list(self._pointed(evidence)) if left > 0 else []
        for each, tokens in zip(
            pointed, self.count_tokens([each.chunk.text for each in pointed]), strict=True
        ):
            if used + tokens <= left:
                kept.append(each)
                used += tokens
        return kept, used

    def _pointed(self, evidence: Sequence[Evidence]) -> Iterator[Evidence]:
        """What the evidence points to; what one chunk holds is one."""
        held: dict[str, tuple[Evidence, list[int]]] = {}
        for each in evidence:
            paper_id = each.chunk.paper_id
            for pointed in self.catalog.pointed(each.chunk):
                span = pointed.element.span
                if pointed.element.kind not in KINDS or _is_among(evidence, paper_id, span):
                    continue
                if holder := chunk_over(self.catalog, paper_id, span):
                    for made in self.catalog.evidence([(holder, each.score)]):
                        held.setdefault(holder.chunk_id, (made, []))[1].append(pointed.position)
        for made, positions in held.values():
            yield self._shown(made, positions)

    def _shown(self, made: Evidence, positions: Sequence[int]) -> Evidence:
        paper_id = made.chunk.paper_id
        elements = elements_between(self.catalog, paper_id, positions)
        span = Span(elements[0].span.start, elements[-1].span.end)
        chunk = replace(
            made.chunk,
            span=span,
            text=text_of(self.catalog, paper_id, span),
            elements=tuple(range(min(positions), max(positions) + 1)),
            pages=tuple(sorted({page for element in elements for page in element.pages})),
        )
        return replace(made, chunk=chunk, elements=elements)


def _is_among(evidence: Sequence[Evidence], paper_id: str, span: Span) -> bool:
    return any(e.chunk.paper_id == paper_id and e.chunk.span.overlaps(span) for e in evidence)


def _holds(shown: Evidence, other: Evidence) -> bool:
    ours, theirs = shown.chunk, other.chunk
    within = ours.span.start <= theirs.span.start and theirs.span.end <= ours.span.end
    return ours.paper_id == theirs.paper_id and within

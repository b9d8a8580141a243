"""Passages that overlap, or stand side by side, are one.

Windows overlap, statements stand in each other's sentences, and a table may follow the paragraph
that points to it: as one passage nothing of it is read twice, and no sentence is torn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.select.passages import ranked, with_marks_of
from rag.store.catalog import Catalog
from rag.store.stretches import elements_between, text_of
from rag.types import Evidence, Query, Selected, Span

BETWEEN = 8
"""Characters that may lie between two passages side by side, if they are white space."""


@dataclass(frozen=True)
class Merging:
    """Merges inside sections, under the id and in the place of the best passage.

    ``adjacent``: also what merely stands side by side.
    """

    catalog: Catalog
    adjacent: bool
    name: str = "merge"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        del query
        with self.catalog.snapshot():
            made = [self._one(cluster) for cluster in self._clusters(evidence)]
        made.sort(key=lambda each: each.rank)
        fewer = len(evidence) - len(made)
        note = f"{len(evidence)} passages became {len(made)}" if fewer else ""
        return Selected(ranked(made), note)

    def _clusters(self, evidence: Sequence[Evidence]) -> list[list[Evidence]]:
        clusters: list[list[Evidence]] = []
        for _, section in groupby(sorted(evidence, key=_place), key=_section):
            end = -1
            for each in section:
                if end >= 0 and self._meets(each, end):
                    clusters[-1].append(each)
                else:
                    clusters.append([each])
                    end = -1
                end = max(end, each.chunk.span.end)
        return clusters

    def _meets(self, evidence: Evidence, end: int) -> bool:
        """Whether the passage begins before ``end`` of the one before, or right after it."""
        start = evidence.chunk.span.start
        if start < end:
            return True
        if not self.adjacent or start > end + BETWEEN:
            return False
        return not text_of(self.catalog, evidence.chunk.paper_id, Span(end, start)).strip()

    def _one(self, cluster: Sequence[Evidence]) -> Evidence:
        best = min(cluster, key=lambda each: each.rank)
        chunks = [each.chunk for each in cluster]
        span = Span(chunks[0].span.start, max(chunk.span.end for chunk in chunks))
        if span == best.chunk.span:
            return best if len(cluster) == 1 else with_marks_of(best, cluster)
        elements = sorted({at for chunk in chunks for at in chunk.elements})
        chunk = replace(
            best.chunk,
            span=span,
            text=text_of(self.catalog, best.chunk.paper_id, span),
            elements=tuple(elements),
            pages=tuple(sorted({page for chunk in chunks for page in chunk.pages})),
        )
        between = elements_between(self.catalog, chunk.paper_id, elements)
        return with_marks_of(replace(best, chunk=chunk, elements=between), cluster)


def _section(evidence: Evidence) -> tuple[str, int]:
    return evidence.chunk.paper_id, evidence.chunk.section


def _place(evidence: Evidence) -> tuple[str, int, int, int]:
    chunk = evidence.chunk
    return chunk.paper_id, chunk.section, chunk.span.start, chunk.span.end

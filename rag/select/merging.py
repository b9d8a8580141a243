"""Passages that overlap, or stand side by side, are one.

Windows overlap, statements stand in each other's sentences, and a table may follow the paragraph
that points to it: as one passage nothing of it is read twice, and no sentence is torn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.select.covering import covering
from rag.select.passages import ranked, with_marks_of
from rag.store.catalog import Catalog
from rag.store.stretches import text_of
from rag.types import Chunk, Evidence, Query, Selected, Span

BETWEEN = 8
"""Characters that may lie between two passages side by side, if they are white space."""


@dataclass(frozen=True)
class Merging:
    """Merges inside papers, under the id and in the place of the best passage.

    ``adjacent``: also what merely stands side by side in one section.
    """

    catalog: Catalog
    adjacent: bool
    name: str = "merge"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        del query
        with self.catalog.snapshot():
            clusters = self._clusters(evidence)
            made = [each for cluster in clusters for each in self._merged(cluster)]
        made.sort(key=lambda each: each.rank)
        fewer = len(evidence) - len(made)
        note = f"{len(evidence)} passages became {len(made)}" if fewer else ""
        return Selected(ranked(made), note)

    def _clusters(self, evidence: Sequence[Evidence]) -> list[list[Evidence]]:
        clusters: list[list[Evidence]] = []
        for each in sorted(evidence, key=_place):
            if clusters and self._meets(clusters[-1], each):
                clusters[-1].append(each)
            else:
                clusters.append([each])
        return clusters

    def _meets(self, cluster: Sequence[Evidence], evidence: Evidence) -> bool:
        """Whether the passage begins before the end of those before it, or right after it."""
        last, chunk = cluster[-1].chunk, evidence.chunk
        start, end = chunk.span.start, max(each.chunk.span.end for each in cluster)
        if chunk.paper_id != last.paper_id:
            return False
        if start < end or not self.adjacent or chunk.section != last.section:
            return start < end
        between = Span(end, min(start, end + BETWEEN))
        return start <= end + BETWEEN and not text_of(self.catalog, chunk.paper_id, between).strip()

    def _merged(self, cluster: Sequence[Evidence]) -> Sequence[Evidence]:
        """The cluster as one passage; as it is where its paper is not what it was."""
        best = min(cluster, key=lambda each: each.rank)
        chunks = [each.chunk for each in cluster]
        if all(_is_inside(chunk, best.chunk) for chunk in chunks):
            return [best if len(cluster) == 1 else with_marks_of(best, cluster)]
        whole = covering(self.catalog, cluster, chunks)
        return [whole] if whole else cluster


def _is_inside(chunk: Chunk, outer: Chunk) -> bool:
    return outer.span.start <= chunk.span.start and chunk.span.end <= outer.span.end


def _place(evidence: Evidence) -> tuple[str, int, int]:
    chunk = evidence.chunk
    return chunk.paper_id, chunk.span.start, chunk.span.end

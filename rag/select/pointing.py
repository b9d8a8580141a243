"""What passages point to: where one says "see Table 3", table 3 can be read, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.select.along import Companion
from rag.select.passages import holds
from rag.store.catalog import Catalog
from rag.store.stretches import chunk_over, elements_between, text_of
from rag.store.surroundings import Pointed
from rag.types import Element, Evidence, Kind, Query, Span

KINDS = frozenset((Kind.TABLE, Kind.FIGURE, Kind.EQUATION, Kind.ALGORITHM, Kind.FOOTNOTE))
"""Of a figure it is the caption that can be read."""


@dataclass(frozen=True)
class Pointing:
    """The tables, figures, equations, algorithms and footnotes that evidence points to, and that
    are not among it; what one chunk holds is one.
    """

    catalog: Catalog

    def __call__(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[Companion]:
        del query
        held: dict[str, tuple[Evidence, list[Pointed]]] = {}
        for each in evidence:
            paper_id = each.chunk.paper_id
            for pointed in self.catalog.pointed(each.chunk):
                span = pointed.element.span
                if pointed.element.kind not in KINDS or holds(evidence, paper_id, span):
                    continue
                if holder := chunk_over(self.catalog, paper_id, span):
                    for made in self.catalog.evidence([(holder, each.score)]):
                        held.setdefault(holder.chunk_id, (made, []))[1].append(pointed)
        for made, several in held.values():
            yield Companion(self._shown(made, [each.position for each in several]), _said(several))

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


def _said(several: Sequence[Pointed]) -> str:
    """How the elements are called: "Table 3", "equation (5)", "a footnote"."""
    return ", ".join(dict.fromkeys(_name(each.element) for each in several))


def _name(element: Element) -> str:
    if not element.label:
        return f"a {element.kind.value}"
    named = element.label[0].isalpha()
    return element.label if named else f"{element.kind.value} {element.label}"

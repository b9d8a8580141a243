"""Several passages of a paper as one that reaches from the first to the end of the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.select.passages import with_marks_of
from rag.store.catalog import Catalog
from rag.store.stretches import elements_between, text_of
from rag.types import Chunk, Evidence, Span


def covering(
    catalog: Catalog, found: Sequence[Evidence], chunks: Sequence[Chunk]
) -> Evidence | None:
    """All that lies between the ``chunks`` of a paper, with the marks of what was ``found`` in it,
    under the id and with the rank of the best of that.

    None where the paper has been taken away or replaced since: its words are others now.
    """
    best = min(found, key=lambda each: each.rank)
    paper_id = best.chunk.paper_id
    span = Span(min(c.span.start for c in chunks), max(c.span.end for c in chunks))
    text = text_of(catalog, paper_id, span)
    if not all(text.startswith(c.text, c.span.start - span.start) for c in _texts(found, chunks)):
        return None
    elements = sorted({at for chunk in chunks for at in chunk.elements})
    chunk = replace(
        best.chunk,
        span=span,
        text=text,
        elements=tuple(elements),
        pages=tuple(sorted({page for chunk in chunks for page in chunk.pages})),
    )
    between = elements_between(catalog, paper_id, elements)
    return with_marks_of(replace(best, chunk=chunk, elements=between), found)


def _texts(found: Sequence[Evidence], chunks: Sequence[Chunk]) -> list[Chunk]:
    return [*chunks, *(each.chunk for each in found)]

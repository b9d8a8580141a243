"""What all ways of cutting share: how a span of a paper becomes a chunk."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence

from rag.types import Chunk, Element, Paper, Span

_ID_DIGITS = 16


def chunk_id(paper_id: str, span: Span, text: str, told: str = "") -> str:
    """An id that depends on the content and its place alone, and on what is ``told`` of it, where
    several chunks have the same place.
    """
    key = f"{paper_id}\0{span.start}\0{span.end}\0{text}" + (f"\0{told}" if told else "")
    return hashlib.sha256(key.encode()).hexdigest()[:_ID_DIGITS]


def make_chunk(paper: Paper, section: int, span: Span, told: str = "") -> Chunk:
    """The chunk of ``paper`` that covers ``span``, not yet with a context; ``told`` tells it from
    others there.
    """
    text = span.of(paper.text)
    elements = _touched(paper.elements, span)
    pages = {
        line.box.page
        for index in elements
        for line in paper.elements[index].lines
        if line.span.overlaps(span)
    }
    return Chunk(
        chunk_id=chunk_id(paper.paper_id, span, text, told),
        paper_id=paper.paper_id,
        section=section,
        span=span,
        text=text,
        context="",
        elements=elements,
        pages=tuple(sorted(pages)),
    )


def _touched(elements: Sequence[Element], span: Span) -> tuple[int, ...]:
    """The elements that overlap ``span``; elements are in order and do not overlap."""
    first = bisect_left(elements, span.start, key=lambda e: e.span.end)
    found = []
    for index in range(first, len(elements)):
        if elements[index].span.start >= span.end:
            break
        if elements[index].span.overlaps(span):
            found.append(index)
    return tuple(found)

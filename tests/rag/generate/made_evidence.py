"""Evidence made of a few elements, printed one line each on pages of its own."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Box, Chunk, Element, Evidence, Kind, Line, Metadata, Role, Section, Span

OFFSET = 1000
"""Where in its paper a made chunk begins."""


def made_evidence(
    elements: Sequence[tuple[Kind, str]],
    *,
    text: str = "",
    rank: int = 1,
    title: str = "Method",
    page: int = 3,
) -> Evidence:
    """A chunk with ``elements``, parted by blank lines; or, without any, with just ``text``."""
    whole = "\n\n".join(part for _, part in elements) or text
    placed: list[Element] = []
    start = OFFSET
    for kind, part in elements:
        span = Span(start, start + len(part))
        line = Line(span, Box(page, 100.0, 200.0, 100.0 + len(part), 210.0))
        placed.append(Element(kind, span, 0, (line,)))
        start = span.end + 2
    chunk = Chunk(
        chunk_id=f"paper:{rank}",
        paper_id="paper",
        section=0,
        span=Span(OFFSET, OFFSET + len(whole)),
        text=whole,
        context=f"A Paper of Ours > {title}",
        elements=tuple(range(len(placed))),
        pages=(page,),
    )
    metadata = Metadata("A Paper of Ours", ("Ada Lovelace", "Alan Turing"), 2020)
    section = Section("3", title, 1, Role.METHOD, None, page)
    return Evidence(chunk, 1 / rank, rank, metadata, (section,), tuple(placed))

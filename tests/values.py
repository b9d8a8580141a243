"""Small, well-formed values for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from rag.types import (
    Box,
    Chunk,
    Element,
    Evidence,
    Kind,
    Line,
    Metadata,
    Paper,
    Role,
    Section,
    Span,
)


def make_paper(
    sections: Mapping[str, Sequence[str]],
    *,
    paper_id: str = "p0123456789",
    title: str = "A Paper",
    authors: tuple[str, ...] = ("Ada Lovelace",),
    year: int | None = 2020,
    source: str = "/papers/a.pdf",
    roles: Mapping[str, Role] | None = None,
) -> Paper:
    """A paper of flat, numbered sections with one-line paragraphs, one page a section."""
    text, made, elements = "", [], []
    for number, (heading, paragraphs) in enumerate(sections.items(), 1):
        role = (roles or {}).get(heading, Role.OTHER)
        made.append(Section(str(number), heading, 1, role, None, number))
        for paragraph in paragraphs:
            text += "\n\n" if text else ""
            span = Span(len(text), len(text) + len(paragraph))
            text += paragraph
            line = Line(span, Box(number, 72, 100, 500, 112))
            elements.append(Element(Kind.PARAGRAPH, span, number - 1, (line,)))
    digest = hashlib.sha256((text + paper_id).encode()).hexdigest()
    metadata = Metadata(title, authors, year)
    return Paper(paper_id, metadata, text, tuple(made), tuple(elements), len(made), source, digest)


def make_chunks(paper: Paper) -> list[Chunk]:
    """One chunk per element, with its section's heading as context."""
    return [
        Chunk(
            hashlib.sha256(f"{paper.paper_id}/{e.span}".encode()).hexdigest()[:16],
            paper.paper_id,
            e.section,
            e.span,
            e.span.of(paper.text),
            paper.sections[e.section].title,
            (i,),
            e.pages,
        )
        for i, e in enumerate(paper.elements)
    ]


def make_evidence(paper: Paper) -> tuple[Evidence, ...]:
    """Every chunk of the paper as evidence, in reading order."""
    return tuple(
        Evidence(
            chunk,
            1 / rank,
            rank,
            paper.metadata,
            paper.path(chunk.section),
            tuple(paper.elements[i] for i in chunk.elements),
        )
        for rank, chunk in enumerate(make_chunks(paper), 1)
    )

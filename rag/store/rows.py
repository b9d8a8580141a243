"""How values become rows of the catalog and rows values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from rag.naming import key
from rag.types import (
    Box,
    Chunk,
    Element,
    Kind,
    Line,
    Metadata,
    Name,
    PaperRow,
    Role,
    Section,
    Span,
    Term,
)

PAPER = "paper_id, title, authors, year, arxiv_id, abstract, pages, source, content_hash"
SECTION = "number, title, level, role, parent, page"
ELEMENT = "kind, start, stop, section, label, lines"
CHUNK = "chunk_id, paper_id, section, start, stop, text, context, elements, pages"


def to_paper_row(row: sqlite3.Row, chunks: int) -> PaperRow:
    """From the columns of ``PAPER``."""
    return PaperRow(
        row["paper_id"], to_metadata(row), row["pages"], chunks, row["source"], row["content_hash"]
    )


def to_metadata(row: sqlite3.Row) -> Metadata:
    """From the columns of ``PAPER``, of which those from ``pages`` on may be left out."""
    return Metadata(
        row["title"],
        tuple(json.loads(row["authors"])),
        row["year"],
        row["arxiv_id"],
        row["abstract"],
    )


def from_section(paper_id: str, position: int, section: Section) -> tuple[object, ...]:
    """Values in the order of the table's columns."""
    s = section
    return (paper_id, position, s.number, s.title, s.level, s.role.value, s.parent, s.page)


def to_section(row: Iterable[Any]) -> Section:
    """From the columns of ``SECTION``."""
    number, title, level, role, parent, page = row
    return Section(number, title, level, Role(role), parent, page)


def from_element(paper_id: str, position: int, element: Element) -> tuple[object, ...]:
    """Values in the order of the table's columns."""
    lines = [
        (ln.span.start, ln.span.end, b.page, *(round(v, 1) for v in (b.x0, b.y0, b.x1, b.y1)))
        for ln in element.lines
        for b in (ln.box,)
    ]
    packed = json.dumps(lines, separators=(",", ":"))
    e = element
    return (paper_id, position, e.kind.value, e.span.start, e.span.end, e.section, e.label, packed)


def to_element(row: sqlite3.Row) -> Element:
    """From the columns of ``ELEMENT``."""
    kind, start, stop, section, label, packed = row
    lines = tuple(Line(Span(a, b), Box(*box)) for a, b, *box in json.loads(packed))
    return Element(Kind(kind), Span(start, stop), section, lines, label)


def from_chunk(chunk: Chunk) -> tuple[object, ...]:
    """Values in the order of the table's columns."""
    c = chunk
    elements, pages = json.dumps(c.elements), json.dumps(c.pages)
    span = (c.span.start, c.span.end)
    return (c.chunk_id, c.paper_id, c.section, *span, c.text, c.context, elements, pages)


def to_chunk(row: sqlite3.Row) -> Chunk:
    """From the columns of ``CHUNK``."""
    chunk_id, paper_id, section, start, stop, text, context, elements, pages = row
    return Chunk(
        chunk_id,
        paper_id,
        section,
        Span(start, stop),
        text,
        context,
        _numbers(elements),
        _numbers(pages),
    )


@lru_cache(maxsize=1 << 14)
def _numbers(packed: str) -> tuple[int, ...]:
    """The same few lists come again and again, and a search reads hundreds."""
    return tuple(json.loads(packed))


def from_terms(paper_id: str, terms: Iterable[Term]) -> Iterator[tuple[object, ...]]:
    """Values in the order of the table's columns; the first of several spellings stays."""
    seen: set[tuple[str, str]] = set()
    for t in terms:
        keys = key(t.short), key(t.long)
        if all(keys) and keys not in seen:
            seen.add(keys)
            yield (*keys, paper_id, t.short, t.long, t.count, t.word)


def from_names(paper_id: str, names: Iterable[Name]) -> list[tuple[object, ...]]:
    """Values in the order of the table's columns, no two the same."""
    keyed = ((key(name.text), name.kind.value, paper_id) for name in names)
    return list(dict.fromkeys(row for row in keyed if row[0]))

"""The catalog's tables, and how values become rows and rows values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rag.types import Box, Chunk, Element, Kind, Line, Metadata, PaperRow, Role, Section, Span

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, title TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER,
    arxiv_id TEXT NOT NULL, abstract TEXT NOT NULL, text TEXT NOT NULL, pages INTEGER NOT NULL,
    source TEXT NOT NULL, content_hash TEXT NOT NULL
);
CREATE INDEX papers_by_hash ON papers (content_hash);
CREATE INDEX papers_by_source ON papers (source);
CREATE TABLE sections (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    number TEXT NOT NULL, title TEXT NOT NULL, level INTEGER NOT NULL, role TEXT NOT NULL,
    parent INTEGER, page INTEGER, PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
CREATE TABLE elements (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    kind TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, section INTEGER NOT NULL,
    label TEXT NOT NULL, lines TEXT NOT NULL, PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    section INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    context TEXT NOT NULL, elements TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_id, start);
CREATE TABLE staged_chunks AS SELECT * FROM chunks WHERE 0;
CREATE TABLE unsettled (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""

PAPER = "paper_id, title, authors, year, arxiv_id, abstract, pages, source, content_hash"
SECTION = "number, title, level, role, parent, page"
ELEMENT = "kind, start, stop, section, label, lines"
CHUNK = "chunk_id, paper_id, section, start, stop, text, context, elements, pages"

# What stands before the text, which may fill many pages that a search need not read.
OUTLINES = """
SELECT paper_id, title, authors, year, arxiv_id, abstract,
    (SELECT max(position) FROM sections WHERE sections.paper_id = papers.paper_id) AS last
FROM papers
"""
BRANCHES = """
WITH RECURSIVE branch (paper_id, position) AS (
    VALUES {places}
    UNION
    SELECT paper_id, parent FROM sections JOIN branch USING (paper_id, position)
    WHERE parent IS NOT NULL
)
SELECT paper_id, position, number, title, level, role, parent, page
FROM branch JOIN sections USING (paper_id, position)
"""
"""Sections and their ancestors, by paper and position."""
KINDS = """
WITH place (paper_id, position) AS (VALUES {places})
SELECT paper_id, position, kind FROM place CROSS JOIN elements USING (paper_id, position)
"""


def to_paper_row(row: sqlite3.Row, chunks: int) -> PaperRow:
    """From the columns of ``PAPER``."""
    return PaperRow(
        row["paper_id"], to_metadata(row), row["pages"], chunks, row["source"], row["content_hash"]
    )


def to_metadata(row: sqlite3.Row) -> Metadata:
    """From the columns of ``PAPER`` or ``OUTLINES``."""
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

"""How values become rows of the catalog and rows values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from rag.naming import key
from rag.types import (
    Box,
    Cell,
    Chunk,
    Element,
    Grid,
    Kind,
    Line,
    Link,
    LinkKind,
    Metadata,
    Name,
    Paper,
    PaperRow,
    Reference,
    Role,
    Section,
    Span,
    Term,
)

PAPER = "paper_id, title, authors, year, arxiv_id, abstract, more, pages, source, content_hash"
SECTION = "number, title, level, role, parent, page"
ELEMENT = "kind, start, stop, section, label, lines, grid, area"
REFERENCE = "element, label, authors, title, year, venue, arxiv_id, doi, url"
LINK = "start, stop, kind, target"
CHUNK = "chunk_id, paper_id, section, start, stop, text, context, elements, pages"

_NOTHING_MORE = "{}"
_SINGLE = ("arxiv_version", "doi", "venue")
_LISTS = ("affiliations", "keywords", "code")


def to_paper_row(row: sqlite3.Row, chunks: int) -> PaperRow:
    """From the columns of ``PAPER``."""
    return PaperRow(
        row["paper_id"], to_metadata(row), row["pages"], chunks, row["source"], row["content_hash"]
    )


def to_metadata(row: sqlite3.Row) -> Metadata:
    """From the columns of ``PAPER``, of which those from ``pages`` on may be left out."""
    more = json.loads(row["more"]) if row["more"] != _NOTHING_MORE else {}
    return Metadata(
        row["title"],
        tuple(json.loads(row["authors"])),
        row["year"],
        row["arxiv_id"],
        row["abstract"],
        more.get("arxiv_version"),
        more.get("doi", ""),
        more.get("venue", ""),
        *(tuple(more.get(name, ())) for name in _LISTS),
    )


def remarks(row: sqlite3.Row) -> tuple[str, ...]:
    """From the column ``more`` of a paper."""
    return tuple(json.loads(row["more"]).get("remarks", ()))


def more_of(paper: Paper) -> str:
    """What a paper has besides the columns that are searched or sorted by, as one value."""
    m = paper.metadata
    known: dict[str, object] = {name: getattr(m, name) for name in (*_SINGLE, *_LISTS)}
    known["remarks"] = paper.remarks
    held = {name: value for name, value in known.items() if value not in ("", None, ())}
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


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
    span = (e.span.start, e.span.end)
    extent = (_from_grid(e.grid), _from_area(e.area))
    return (paper_id, position, e.kind.value, *span, e.section, e.label, packed, *extent)


def to_element(row: Iterable[Any]) -> Element:
    """From the columns of ``ELEMENT``."""
    kind, start, stop, section, label, packed, grid, area = row
    lines = tuple(Line(Span(a, b), Box(*box)) for a, b, *box in json.loads(packed))
    extent = (_to_grid(grid), Box(*json.loads(area)) if area else None)
    return Element(Kind(kind), Span(start, stop), section, lines, label, *extent)


def _from_area(area: Box | None) -> str:
    if area is None:
        return ""
    return json.dumps([area.page, *(round(v, 1) for v in (area.x0, area.y0, area.x1, area.y1))])


def _from_grid(grid: Grid | None) -> str:
    if grid is None:
        return ""
    cells = [[c.row, c.column, c.text, c.rows, c.columns, int(c.header)] for c in grid.cells]
    return json.dumps([grid.rows, grid.columns, cells], ensure_ascii=False, separators=(",", ":"))


def _to_grid(packed: str) -> Grid | None:
    if not packed:
        return None
    rows, columns, cells = json.loads(packed)
    return Grid(rows, columns, tuple(map(_to_cell, cells)))


def _to_cell(packed: Sequence[Any]) -> Cell:
    row, column, text, rows, columns, header = packed
    return Cell(row, column, text, rows, columns, bool(header))


def from_reference(paper_id: str, position: int, reference: Reference) -> tuple[object, ...]:
    """Values in the order of the table's columns."""
    r = reference
    authors = json.dumps(r.authors, ensure_ascii=False)
    named = (r.element, r.label, authors, r.title, r.year, r.venue, r.arxiv_id, r.doi, r.url)
    return (paper_id, position, *named)


def to_reference(row: sqlite3.Row) -> Reference:
    """From the columns of ``REFERENCE``."""
    element, label, authors, *rest = row
    return Reference(element, label, tuple(json.loads(authors)), *rest)


def from_link(paper_id: str, position: int, link: Link) -> tuple[object, ...]:
    """Values in the order of the table's columns."""
    return (paper_id, position, link.span.start, link.span.end, link.kind.value, link.target)


def to_link(row: sqlite3.Row) -> Link:
    """From the columns of ``LINK``."""
    start, stop, kind, target = row
    return Link(Span(start, stop), LinkKind(kind), target)


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

"""Stretches of papers that are longer than a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.store import rows
from rag.store.connection import Connection
from rag.types import Chunk, Element, Span

CHUNKS = f"SELECT {rows.CHUNK} FROM chunks WHERE paper_id = ? AND section = ? ORDER BY start, stop"
OVER = (
    f"SELECT {rows.CHUNK} FROM chunks WHERE paper_id = ? AND start < ? AND stop > ? "
    "ORDER BY start, stop, chunk_id LIMIT 1"
)
ELEMENTS = (
    f"SELECT {rows.ELEMENT} FROM elements WHERE paper_id = ? AND position BETWEEN ? AND ? "
    "ORDER BY position"
)


def chunks_of_sections(
    catalog: Connection, places: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], list[Chunk]]:
    """The chunks of sections, by paper and section, in reading order; of several with one span,
    one.
    """
    return {place: _distinct(catalog, place) for place in sorted(places)}


def chunk_over(catalog: Connection, paper_id: str, span: Span) -> Chunk | None:
    """The first chunk that has something of a part of the paper."""
    found = catalog.select(OVER, [paper_id, span.end, span.start])
    return rows.to_chunk(found[0]) if found else None


def text_of(catalog: Connection, paper_id: str, span: Span) -> str:
    """A part of a paper's text; empty where there is no such paper."""
    sql = "SELECT substr(text, ?, ?) FROM papers WHERE paper_id = ?"
    found = catalog.select(sql, [span.start + 1, len(span), paper_id])
    return str(found[0][0]) if found else ""


def elements_between(
    catalog: Connection, paper_id: str, among: Sequence[int]
) -> tuple[Element, ...]:
    """The elements from the first of ``among`` to the last."""
    if not among:
        return ()
    found = catalog.select(ELEMENTS, [paper_id, min(among), max(among)])
    return tuple(map(rows.to_element, found))


def _distinct(catalog: Connection, place: tuple[str, int]) -> list[Chunk]:
    chunks = map(rows.to_chunk, catalog.select(CHUNKS, place))
    return list({chunk.span: chunk for chunk in chunks}.values())

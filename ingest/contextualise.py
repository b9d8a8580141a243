"""What is put before a chunk for the indexes to see, and never shown as the paper's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.tables import column_names, rows_of_lines
from rag.types import Chunk, Grid, Kind, Paper

_FLOATS = frozenset({Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.CODE})

Contextualiser = Callable[[Paper, Sequence[Chunk]], list[Chunk]]
"""Gives the chunks of one paper their ``context``, in the same order and otherwise unchanged.

What a language model writes comes after it: `ingest.elaborating`.
"""


def structure_context(paper: Paper, section: int) -> str:
    """The line "title > section > subsection", without numbers; unknown parts are left out."""
    titles = [paper.metadata.title, *(part.title for part in paper.path(section))]
    return " > ".join(title for title in titles if title)


def with_structure(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks that carry their section's `structure_context`, and later parts of a float its
    first line, which is the caption; those of a table the names of its columns too.
    """
    lines = {section: structure_context(paper, section) for section in {c.section for c in chunks}}
    return [
        replace(chunk, context=_context(lines[chunk.section], paper, chunk)) for chunk in chunks
    ]


def _context(line: str, paper: Paper, chunk: Chunk) -> str:
    caption, names = _caption(paper, chunk), _names(paper, chunk)
    return "\n".join(filter(None, [" > ".join(filter(None, [line, caption])), names]))


def _caption(paper: Paper, chunk: Chunk) -> str:
    first = paper.elements[chunk.elements[0]]
    begun = first.kind in _FLOATS and first.span.start < chunk.span.start
    return first.span.of(paper.text).partition("\n")[0] if begun else ""


def _names(paper: Paper, chunk: Chunk) -> str:
    """For rows without their header: what the columns are called, and the title last above."""
    table = paper.elements[chunk.elements[0]]
    if table.grid is None or table.span.start >= chunk.span.start:
        return ""
    before = paper.text[table.span.start : chunk.span.start].rstrip().split("\n")
    rows = [row for row in rows_of_lines(table.grid, before) if row is not None]
    if len(rows) < table.grid.header_rows:
        return ""
    titles = [title for row in rows if (title := _title(table.grid, row))]
    return "\n".join([" | ".join(column_names(table.grid)), *titles[-1:]])


def _title(grid: Grid, row: int) -> str:
    """What the row says if it is a title of those below: it has one cell, and is no header."""
    cells = [cell for cell in grid.cells if cell.row == row]
    alone = len(cells) == 1 and row >= grid.header_rows and cells[0].column == 0
    return cells[0].text if alone else ""


def no_context(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks as they are."""
    del paper
    return list(chunks)

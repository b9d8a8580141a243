"""The tables of a passage, as JSON: as much of each as the passage holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from api.paper_shapes import CellJson
from api.shapes import TableJson
from rag.tables import rows_of_lines, title_rows
from rag.types import Cell, Element, Evidence, Grid, Span

MOST_ROWS = 40
"""Of values, at once: what is read beside an answer is no whole data set."""

_LINE = re.compile(r"[^\n]+")


def tables_json(evidence: Evidence, cited: Span | None = None) -> list[TableJson]:
    """The tables whose cells are known; of a span of the paper that is ``cited``, those it is in.

    Each has the header rows, the title last above, and the rows in the passage, at most
    ``MOST_ROWS`` of them, from shortly before the first that is cited.
    """
    return list(_tables(evidence, cited))


def _tables(evidence: Evidence, cited: Span | None) -> Iterator[TableJson]:
    chunk = evidence.chunk.span
    for element in evidence.elements:
        if element.grid is None or not element.span.overlaps(chunk):
            continue
        start, end = max(element.span.start, chunk.start), min(element.span.end, chunk.end)
        held = Span(start - chunk.start, end - chunk.start)
        if cited is None or cited.overlaps(Span(start, end)):
            marked = Span(cited.start - chunk.start, cited.end - chunk.start) if cited else None
            yield _table(element, element.grid, evidence.chunk.text, held, marked)


def _table(element: Element, grid: Grid, text: str, held: Span, marked: Span | None) -> TableJson:
    lines = list(_LINE.finditer(text, held.start, held.end))
    rows = rows_of_lines(grid, [line[0] for line in lines])
    placed = list(zip(lines, rows, strict=True))
    cited = [
        r for line, r in placed if r is not None and marked and marked.overlaps(Span(*line.span()))
    ]
    shown = _shown(grid, [row for row in rows if row is not None], cited)
    at = {row: number for number, row in enumerate(shown)}
    return {
        "start": held.start,
        "end": held.end,
        "label": element.label,
        "caption": "\n".join(line[0] for line, row in placed if row is None),
        "rows": len(shown),
        "columns": grid.columns,
        "cells": [cell_json(cell) for cell in _cells_of(grid, at)],
        "cited": [at[row] for row in cited if row in at],
    }


def _shown(grid: Grid, rows: Sequence[int], cited: Sequence[int]) -> list[int]:
    """The rows to show, in order."""
    heads = grid.header_rows
    body = [row for row in rows if row >= heads]
    first = body.index(cited[0]) if cited and cited[0] >= heads else 0
    from_ = max(0, min(first - MOST_ROWS // 4, len(body) - MOST_ROWS))
    body = body[from_ : from_ + MOST_ROWS]
    title = title_rows(grid)[body[0]] if body else None
    return sorted({*range(heads), *body, *([] if title is None else [title])})


def _cells_of(grid: Grid, at: dict[int, int]) -> Iterator[Cell]:
    """The cells of the rows that have a number, and as much as they span of them."""
    for cell in grid.cells:
        held = [at[row] for row in range(cell.row, cell.row + cell.rows) if row in at]
        if held:
            yield replace(cell, row=held[0], rows=len(held))


def cell_json(cell: Cell) -> CellJson:
    """A cell of a table."""
    return {
        "row": cell.row,
        "column": cell.column,
        "rows": cell.rows,
        "columns": cell.columns,
        "header": cell.header,
        "text": cell.text,
    }

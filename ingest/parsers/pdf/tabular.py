"""A table as text: a line a row, its cells parted by bars, and the grid of the same cells."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.parsers.grid_places import apart
from ingest.parsers.pdf.grids.layout import LaidCell, Layout
from rag.types import Cell, Grid

PlacedLine = tuple[tuple[int, int], TextLine]
"""From where to where in a text a printed line stands."""


@dataclass(frozen=True, slots=True)
class Tabular:
    """``text`` has one line for each row of ``grid``; ``lines`` are the parts of it as printed."""

    text: str
    lines: tuple[PlacedLine, ...]
    grid: Grid


def tabular(layout: Layout, words: Words) -> Tabular:
    """The table's text. An empty place, or one that a wide cell covers, leaves its bar."""
    text = ""
    lines: list[PlacedLine] = []
    cells: list[Cell] = []
    for at in range(layout.rows):
        row = {cell.column: cell for cell in layout.cells if cell.row == at}
        text += "\n" if at else ""
        last = layout.columns if len(row) > 1 else min(row, default=0) + 1
        for column in range(last):
            text += " |" if column and not text.endswith("\n") else "|" if column else ""
            if column in row:
                blank = "" if not text or text.endswith("\n") else " "
                cell, placed = _printed(row[column], words, len(text + blank))
                text += blank + cell.text
                cells.append(cell)
                lines.extend(placed)
    return Tabular(text, tuple(lines), Grid(layout.rows, layout.columns, apart(cells)))


def _printed(cell: LaidCell, words: Words, start: int) -> tuple[Cell, list[PlacedLine]]:
    """The cell, and where its lines stand in a text in which it begins at ``start``."""
    joined = join_lines([line.text for line in cell.lines], words)
    placed = [
        ((start + first, start + end), line)
        for (first, end), line in zip(joined.spans, cell.lines, strict=True)
    ]
    c = cell
    return Cell(c.row, c.column, joined.text, c.rows, c.columns, c.header), placed

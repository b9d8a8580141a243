"""A table's cells as running text."""

from __future__ import annotations

from rag.types import Grid


def as_text(grid: Grid) -> str:
    """The rows as Markdown has them; a cell that spans several places stands in the first."""
    lines = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        lines[cell.row][cell.column] = cell.text
    rows = [f"| {' | '.join(line)} |" for line in lines]
    if 0 < grid.header_rows < grid.rows:
        rows.insert(grid.header_rows, "|" + "---|" * grid.columns)
    return "\n".join(rows) if grid.cells else ""

"""A table's cells as people and models read them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Grid

_BARS = str.maketrans("", "", "|")


def column_names(grid: Grid) -> tuple[str, ...]:
    """What the header rows call each column: "Dev EM" under a "Dev" over "EM" and "F1"."""
    names: list[list[str]] = [[] for _ in range(grid.columns)]
    for cell in grid.cells:
        if cell.row < grid.header_rows:
            for column in range(cell.column, min(cell.column + cell.columns, grid.columns)):
                names[column].append(cell.text)
    return tuple(" ".join(parts) for parts in names)


def row_values(grid: Grid, row: int) -> tuple[str, ...]:
    """What stands in each column of a row; a cell beside several rows counts for each."""
    values = [""] * grid.columns
    for cell in grid.cells:
        if cell.row <= row < cell.row + cell.rows:
            values[cell.column] = cell.text
    return tuple(values)


def rows_of_lines(grid: Grid, lines: Sequence[str]) -> list[int | None]:
    """The row that each line of a table's text prints, of lines in the order of the rows; None
    where it prints none, as a caption.
    """
    own = [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.rows)]
    printed = [_bare("".join(cells)) for cells in own]
    found: list[int | None] = []
    after = 0
    for line in map(_bare, lines):
        row = next((at for at in range(after, grid.rows) if line and printed[at] == line), None)
        after = after if row is None else row + 1
        found.append(row)
    return found


def markdown(grid: Grid, rows: Sequence[int]) -> str:
    """These rows as a table in Markdown, under the names of the columns; headers are left out."""
    body = [row_values(grid, row) for row in rows if row >= grid.header_rows]
    return "\n".join(map(_row, [column_names(grid), ["---"] * grid.columns, *body]))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _bare(text: str) -> str:
    return "".join(text.translate(_BARS).split())

"""What holds of every table's cells, whoever read them."""

from __future__ import annotations

from rag.types import Grid, Paper


def check_grids(paper: Paper) -> None:
    """Cells are inside their tables, in the order of reading, and no two in one place."""
    for element in paper.elements:
        if element.grid is not None:
            check_grid(element.grid)


def check_grid(grid: Grid) -> None:
    places = [
        (row, column)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    ]
    assert len(places) == len(set(places)), "two cells in one place"
    assert all(row < grid.rows and column < grid.columns for row, column in places)
    begun = [(cell.row, cell.column) for cell in grid.cells]
    assert begun == sorted(begun)

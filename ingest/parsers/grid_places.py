"""The places that cells take in their table: each has one cell, and there are not too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rag.types import Cell, Grid

MAX_PLACES = 20_000
"""A span may claim any size; what would be larger is no table that anybody reads."""


def apart(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells in the order of reading, none in a place of another: each spans as many columns,
    and then rows, as it says, short of where another begins or an earlier one reaches. No two may
    begin in one place.
    """
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    taken = {(cell.row, cell.column) for cell in ordered}
    clipped = []
    for cell in ordered:
        wide, high = 1, 1
        while wide < cell.columns and (cell.row, cell.column + wide) not in taken:
            wide += 1
        beside = range(cell.column, cell.column + wide)
        while high < cell.rows and not any((cell.row + high, at) in taken for at in beside):
            high += 1
        taken |= {(cell.row + row, at) for row in range(high) for at in beside}
        clipped.append(replace(cell, rows=high, columns=wide))
    return tuple(clipped)


def laid(rows: int, columns: int, cells: Iterable[Cell]) -> Grid | None:
    """The grid of the cells `apart`; none if they take more than ``MAX_PLACES``."""
    given = list(cells)
    if sum(cell.rows * cell.columns for cell in given) > MAX_PLACES:
        return None
    return Grid(rows, columns, apart(given))

"""A table, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table, from ``row`` and ``column``, which count from 0.

    ``rows`` and ``columns`` are how many it spans. A ``header`` names what stands below it, or
    beside it.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of ``rows`` times ``columns`` places. Empty places have no cell; cells are in the
    order of reading and none overlap.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]

    @property
    def header_rows(self) -> int:
        """How many rows from the top are of headers throughout."""
        plain = [cell.row for cell in self.cells if not cell.header]
        return min(plain, default=0)

"""Cells in the making: segments in their columns, by rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsers.pdf.grids.segments import Segment


@dataclass(frozen=True, slots=True)
class Placed:
    """Segments in the columns from ``first`` to ``last``, beside ``rows`` rows."""

    first: int
    last: int
    segments: tuple[Segment, ...]
    rows: int = 1

    @property
    def is_value(self) -> bool:
        return all(segment.is_value for segment in self.segments)


Row = tuple[Placed, ...]
"""The cells at one height, from left to right."""


def middle(row: Row) -> float:
    """Where the row stands, in points from the top."""
    return sum(placed.segments[0].middle for placed in row) / len(row)


def size(row: Row) -> float:
    """The size of its largest type."""
    return max(segment.line.size for placed in row for segment in placed.segments)


def columns(row: Row) -> set[int]:
    """The columns that it has words in."""
    return {at for placed in row for at in range(placed.first, placed.last + 1)}


def joined(above: Row, below: Row) -> Row:
    """One row of two: what is in one column is put together."""
    cells = list(above)
    for placed in below:
        held = next((i for i, c in enumerate(cells) if c.first <= placed.first <= c.last), None)
        if held is None:
            cells.append(placed)
        else:
            cell = cells[held]
            cells[held] = Placed(
                cell.first, max(cell.last, placed.last), (*cell.segments, *placed.segments)
            )
    return tuple(sorted(cells, key=lambda p: p.first))


def ruled(above: Row, below: Row, rules: Sequence[float]) -> bool:
    """Whether a rule lies between the two."""
    last = max(segment.middle for placed in above for segment in placed.segments)
    return any(last < y < middle(below) for y in rules)


def bands(rows: Sequence[Row], rules: Sequence[float]) -> list[tuple[int, int]]:
    """The first and the last row of each run between rules."""
    bands: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if bands and not ruled(rows[at - 1], row, rules):
            bands[-1] = (bands[-1][0], at)
        else:
            bands.append((at, at))
    return bands

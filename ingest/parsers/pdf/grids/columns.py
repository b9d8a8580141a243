"""The columns of a table: what the white that runs down through its rows leaves between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.parsers.pdf.grids.segments import Segment, VisualRow
from rag.types import Box

_STEP = 0.5  # points
_FEW = 3  # rows: with so few, a column may well have words in one alone
_NARROWEST = 1.5  # points of white between two columns
_CROSSING = 0.12  # of the rows with white there: so many may have words that run on through it


@dataclass(frozen=True, slots=True)
class Column:
    """From where to where a column's words stand, in points."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    def shared(self, x0: float, x1: float) -> float:
        """By how much it overlaps with the range; negative if they stand apart."""
        return min(self.x1, x1) - max(self.x0, x0)


def find_columns(rows: Sequence[VisualRow], bars: Sequence[Box] = ()) -> list[Column]:
    """The columns, from the left. Rows of one segment only tell of one that others leave empty.

    What stands across an upright rule, were it drawn on to its row, spans the columns beside it.
    """
    telling = [row for row in rows if len(row) > 1]
    if not telling:
        return []
    left = min(row[0].x0 for row in telling)
    right = max(segment.x1 for row in telling for segment in row)
    covered = np.zeros(int((right - left) / _STEP) + 2, np.int32)
    white = np.zeros_like(covered)
    for row in telling:
        held = np.zeros(len(covered), np.bool_)
        for segment in row:
            if any(bar.x0 - _STEP > segment.x0 and bar.x1 + _STEP < segment.x1 for bar in bars):
                continue
            held[_at(segment.x0, left) : _at(segment.x1, left) + 1] = True
        if not held.any():
            continue
        first, last = np.flatnonzero(held)[[0, -1]]
        covered += held
        white[first : last + 1] += ~held[first : last + 1]
    open_ = (white > 0) & (covered <= _CROSSING * white)
    cores = [Column(left + a * _STEP, left + b * _STEP) for a, b in _closed_runs(open_)]
    return _with_rare(cores, (segment for row in rows for segment in row))


def without_stray(columns: Sequence[Column], rows: Sequence[VisualRow]) -> list[Column]:
    """The columns without those that hold a lone end of a line that was spread to fill its cell."""
    kept: list[Column] = []
    for at, column in enumerate(columns):
        inside = [(row, s) for row in rows for s in row if _only_in(s, at, columns)]
        if kept and len(rows) > _FEW and len(inside) == 1 and _ends_line(*inside[0]):
            kept[-1] = Column(kept[-1].x0, column.x1)
        else:
            kept.append(column)
    return kept


def _only_in(segment: Segment, at: int, columns: Sequence[Column]) -> bool:
    over = [i for i, column in enumerate(columns) if column.shared(segment.x0, segment.x1) > 0]
    return over == [at]


def _ends_line(row: VisualRow, segment: Segment) -> bool:
    return any(other.line is segment.line and other.x0 < segment.x0 for other in row)


def _at(x: float, left: float) -> int:
    return int((x - left) / _STEP)


def _closed_runs(open_: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Where the white is not open, runs apart by too little white put together."""
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(~open_).tolist():
        if runs and (at - runs[-1][1]) * _STEP <= _NARROWEST:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _with_rare(cores: list[Column], found: Iterable[Segment]) -> list[Column]:
    """The columns, and those in which so few rows have words that they passed for white."""
    columns = list(cores)
    for segment in sorted(found, key=lambda s: s.x1 - s.x0):
        if all(column.shared(segment.x0, segment.x1) < 0 for column in columns):
            columns.append(Column(segment.x0, segment.x1))
    return sorted(columns, key=lambda column: column.x0)

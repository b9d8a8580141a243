"""Cells of several columns that stand so close together that they passed for one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ingest.parsers.pdf.grids.columns import Column
from ingest.parsers.pdf.grids.segments import Segment, VisualRow

_IN_LINE = 0.7  # em


def split_at_columns(row: VisualRow, columns: Sequence[Column], *, spares: bool) -> list[Segment]:
    """The row's segments, those cut that hold the cells of several columns close together.

    With ``spares``, what may span columns that a lower row names is left as it is.
    """
    found: list[Segment] = []
    if len(row) == 1:
        return list(row)
    for segment in row:
        parts = _parts(segment, columns)
        fits = all(_stands_under(part, columns) for part in parts)
        found.extend(parts if fits and not spares else [segment])
    return found


def _parts(segment: Segment, columns: Sequence[Column]) -> list[Segment]:
    """The segment cut wherever the white between two words lies between two columns."""
    parts, rest = [], segment
    for before, after in itertools.pairwise(columns):
        for at in range(1, len(rest.words)):
            gap = (rest.words[at - 1].x1 + rest.words[at].x0) / 2
            if before.middle < gap < after.middle and _parts_columns(rest, at, before, after):
                part, rest = rest.split(at)
                parts.append(part)
                break
    return [*parts, rest]


def _parts_columns(segment: Segment, at: int, before: Column, after: Column) -> bool:
    """Whether the words on either side are over different columns."""
    left, right = segment.words[at - 1], segment.words[at]
    return (left.x0 + left.x1) / 2 < before.x1 + 2 and (right.x0 + right.x1) / 2 > after.x0 - 2


def _stands_under(segment: Segment, columns: Sequence[Column]) -> bool:
    """Whether the segment is in line with a column, at an edge or in the middle."""
    return any(
        min(
            abs(segment.x0 - column.x0),
            abs(segment.x1 - column.x1),
            abs((segment.x0 + segment.x1) / 2 - column.middle),
        )
        < _IN_LINE * segment.line.size
        for column in columns
    )

"""Which columns a cell stands over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.parsers.pdf.boxes import shared_width
from ingest.parsers.pdf.grids.columns import Column
from ingest.parsers.pdf.grids.segments import Segment, VisualRow
from rag.types import Box

_UNDER = 0.8  # em from a header to the rule that says what it spans
_OFF_CENTRE = 2.5  # points
_NEAR_MIDDLE = 0.02  # of the table's width
_FLUSH = 0.8  # points
_LEAN = 0.04  # of the width that it is in the middle of
_RUN_IN = 0.15  # of a segment: it may reach so far into the next column

Range = tuple[int, int]
"""The first and the last column."""


def spanned(
    segment: Segment,
    row: VisualRow,
    columns: Sequence[Column],
    rules: Iterable[Box],
    below: VisualRow,
    *,
    head: bool,
) -> Range:
    """The columns that a segment of ``row`` stands over; ``below`` is the next row of headers.

    A header spans what the rule under it does. Without one, it spans the columns that it is in the
    middle of, if the next row names them and nothing else stands over them.
    """
    over = _over(segment, columns)
    free = _free(segment, row, columns, below)
    ruled = _by_rule(segment, columns, rules, free) if head else None
    if ruled:
        return ruled
    over = [at for at in over if at in free] or over[:1]
    if head and len(row) == 1 and (whole := _over_all(segment, columns)):
        return whole
    if head and below and not _in_line(segment, columns[over[0]]):
        return _centred(segment, over, free, columns, below)
    if not head and len(row) == 1 and len(columns) > 2 and _is_title(segment, over, columns):
        return 0, len(columns) - 1
    return over[0], over[-1]


def _over_all(segment: Segment, columns: Sequence[Column]) -> Range | None:
    """All columns, or all but the first, if the only header of a row is in the middle of them."""
    middle, last = (segment.x0 + segment.x1) / 2, len(columns) - 1
    wide = [(first, last) for first in (0, 1) if first < last]
    best = min(wide, key=lambda r: _off(r, columns, middle), default=None)
    if best is None:
        return None
    width = columns[last].x1 - columns[best[0]].x0
    return best if _off(best, columns, middle) < max(_OFF_CENTRE, _NEAR_MIDDLE * width) else None


def _in_line(segment: Segment, column: Column) -> bool:
    """Whether the two begin, or end, at one place: then a header is of no other column."""
    return min(abs(segment.x0 - column.x0), abs(segment.x1 - column.x1)) < _FLUSH


def _over(segment: Segment, columns: Sequence[Column]) -> list[int]:
    """The columns that the segment overlaps, the slightly touched left out; or the nearest."""
    shared = [column.shared(segment.x0, segment.x1) for column in columns]
    least = min(_RUN_IN * (segment.x1 - segment.x0), 6.0)
    over = [at for at, width in enumerate(shared) if width > least]
    return over or [max(range(len(columns)), key=lambda at: shared[at])]


def _by_rule(
    segment: Segment, columns: Sequence[Column], rules: Iterable[Box], free: set[int]
) -> Range | None:
    """By a short rule right under it, which it may share with its neighbours."""
    here = segment.printed.box
    under = [
        rule
        for rule in rules
        if -2 < rule.y0 - segment.bottom < _UNDER * segment.line.size
        and shared_width(rule, here) > 0.5 * (here.x1 - here.x0)
    ]
    held = [
        at for at in sorted(free) if any(r.x0 - 1 <= columns[at].middle <= r.x1 + 1 for r in under)
    ]
    return (held[0], held[-1]) if held else None


def _free(
    segment: Segment, row: VisualRow, columns: Sequence[Column], below: VisualRow
) -> set[int]:
    """The columns that nothing else of the row has a better claim to: for it stands over them, or
    spans columns that are named ``below``, and is nearer.
    """
    named = {at for lower in below for at in _over(lower, columns)}
    taken: set[int] = set()
    for other in row:
        over = _over(other, columns)
        if other is segment:
            continue
        taken |= {at for at in over if _has_more(columns[at], other, segment)}
        if named.intersection(over):
            taken |= {
                at
                for at, column in enumerate(columns)
                if _away(column, other) < _away(column, segment)
            }
    return set(range(len(columns))) - taken


def _has_more(column: Column, one: Segment, other: Segment) -> bool:
    return column.shared(one.x0, one.x1) > max(column.shared(other.x0, other.x1), 0.0)


def _away(column: Column, segment: Segment) -> float:
    return abs(column.middle - (segment.x0 + segment.x1) / 2)


def _centred(
    segment: Segment,
    over: Sequence[int],
    free: set[int],
    columns: Sequence[Column],
    below: VisualRow,
) -> Range:
    named = {at for other in below for at in _over(other, columns)} & free
    middle = (segment.x0 + segment.x1) / 2
    first, last = over[0], over[-1]
    best = (first, last)
    while True:
        grown = [(a, b) for a, b in ((first - 1, last), (first, last + 1), (first - 1, last + 1))
                 if set(range(a, b + 1)) <= named and a > 0]  # fmt: skip
        if not grown:
            return best
        first, last = min(grown, key=lambda r: _off(r, columns, middle))
        closer = _off((first, last), columns, middle) - _off(best, columns, middle)
        width = columns[last].x1 - columns[first].x0
        if closer < 0 or _off((first, last), columns, middle) < max(_OFF_CENTRE, _LEAN * width):
            best = (first, last)


def _off(span: Range, columns: Sequence[Column], middle: float) -> float:
    return abs((columns[span[0]].x0 + columns[span[1]].x1) / 2 - middle)


def _is_title(segment: Segment, over: Sequence[int], columns: Sequence[Column]) -> bool:
    """Whether a row's only cell names the rows that follow: it is in the middle of the table."""
    middle = (columns[0].x0 + columns[-1].x1) / 2
    width = columns[-1].x1 - columns[0].x0
    near = abs((segment.x0 + segment.x1) / 2 - middle) < 0.08 * width
    inside = len(over) == 1 and abs(segment.x0 - columns[over[0]].x0) < _OFF_CENTRE
    return not segment.is_value and near and not inside

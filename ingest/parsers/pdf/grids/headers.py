"""Which rows of a table name the others, and which columns a cell stands over."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from ingest.parsers.pdf.boxes import shared_width
from ingest.parsers.pdf.grids.columns import Column
from ingest.parsers.pdf.grids.segments import Segment, VisualRow
from rag.types import Box

_SURE = 2  # rows over the first rule are headers whatever they hold
_MOST = 7  # lines of headers, which may be wrapped
_MOST_BY_LOOK = 3
_UNDER = 0.8  # em from a header to the rule that says what it spans
_OFF_CENTRE = 2.5  # points
_NEAR_MIDDLE = 0.02  # of the table's width
_FLUSH = 0.8  # points
_LEAN = 0.04  # of the width that it is in the middle of
_IN_LINE = 0.7  # em
_RUN_IN = 0.15  # of a segment: it may reach so far into the next column

Range = tuple[int, int]
"""The first and the last column."""


def count_headers(rows: Sequence[VisualRow], rules: Iterable[Box]) -> int:
    """How many rows, from the top, are headers: by the first of the table's full rules inside, or
    else by the look of the rows.
    """
    over = {sum(row[0].middle < rule.y0 for row in rows) for rule in rules}
    first, second, *_ = [*sorted(over - {0, len(rows)}), 0, 0]
    if 0 < first <= _SURE:
        lower = rows[first:second]
        goes_on = 0 < len(lower) <= _SURE and not any(s.is_value for row in lower for s in row)
        return second if goes_on and _are_values(rows[second:]) else first
    if first and first <= _MOST and 2 * first <= len(rows) and _are_names(rows[:first]):
        return first
    return _by_look(rows)


def _by_look(rows: Sequence[VisualRow]) -> int:
    """Rows of names above rows of values, or in bold above others."""
    for count in range(min(_MOST_BY_LOOK, len(rows) - 1), 0, -1):
        if all(_are_names([row]) for row in rows[:count]) and _are_values(rows[count:]):
            return count
    bold = [all(segment.line.bold for segment in row) for row in rows]
    alone = bold[0] and not any(bold[1:])
    return int(alone or (len(rows[0]) > 1 and not any(s.is_value for s in rows[0])))


def _are_names(rows: Iterable[VisualRow]) -> bool:
    found = [s.is_value for row in rows for s in (row[1:] or row)]
    return 2 * sum(found) <= len(found)


def _are_values(rows: Iterable[VisualRow]) -> bool:
    found = [s.is_value for row in rows for s in row[1:]]
    return bool(found) and 2 * sum(found) > len(found)


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

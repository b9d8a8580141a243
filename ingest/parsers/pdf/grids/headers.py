"""Which rows of a table name the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.parsers.pdf.grids.segments import VisualRow
from rag.types import Box

_SURE = 2  # rows over the first rule are headers whatever they hold
_MOST = 7  # lines of headers, which may be wrapped
_MOST_BY_LOOK = 3


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

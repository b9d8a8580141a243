"""A table's cells in their rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import around, shared_width
from ingest.parsers.pdf.document import PageGraphics
from ingest.parsers.pdf.grids.columns import Column, find_columns, without_stray
from ingest.parsers.pdf.grids.headers import count_headers
from ingest.parsers.pdf.grids.placed import Placed, Row
from ingest.parsers.pdf.grids.rows import logical_rows
from ingest.parsers.pdf.grids.segments import VisualRow, segments, visual_rows
from ingest.parsers.pdf.grids.spans import spanned
from ingest.parsers.pdf.grids.splitting import split_at_columns
from rag.types import Box

_SLACK = 0.03  # of the table's width, by which its words may stick out of its rules
_OVERLONG = 0.25  # of the cells: with more of them across columns it is not told


@dataclass(frozen=True, slots=True)
class LaidCell:
    """A cell's place, what it spans, and the printed lines in it."""

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of ``rows`` times ``columns`` places; cells in the order of reading."""

    rows: int
    columns: int
    cells: tuple[LaidCell, ...]


def lay_table(lines: Sequence[TextLine], graphics: PageGraphics) -> Layout | None:
    """The cells of a table of these lines of one page; nothing if they can't be told."""
    if not lines:
        return None
    frame = around(line.box for line in lines)
    bars = [b for b in graphics.bars if frame.x0 < b.x0 < frame.x1 and _beside(b, frame)]
    visual = visual_rows(s for line in lines for s in segments(line, bars))
    rules = [r for r in graphics.rules if _within(r, frame)]
    full = [rule for rule in rules if _is_full(rule, frame)]
    partial = [r for r in rules if r not in full]
    heads = count_headers(visual, full)
    columns = find_columns(visual[heads:], bars)
    if len(columns) < 2:
        columns = find_columns(visual, bars)
    columns = without_stray(columns, visual)
    if len(columns) < 2 or len(visual) < 2:
        return None
    placed = [_placed(visual, at, columns, partial, heads) for at in range(len(visual))]
    if _is_untold(placed[heads:]):
        return None
    first = [r for r in partial if r.x0 <= columns[0].middle <= r.x1]
    rows, above = logical_rows(placed, heads, full, partial, first)
    return _layout(rows, len(columns), above)


def _beside(bar: Box, frame: Box) -> bool:
    """Whether the upright rule is drawn mostly within the height of the table."""
    return min(bar.y1, frame.y1) - max(bar.y0, frame.y0) > 0.5 * (bar.y1 - bar.y0)


def _within(rule: Box, frame: Box) -> bool:
    inside = frame.y0 < rule.y0 < frame.y1
    return inside and shared_width(rule, frame) > 0.7 * (rule.x1 - rule.x0)


def _is_full(rule: Box, frame: Box) -> bool:
    """Whether the rule runs through the whole table; others belong to a few of its columns."""
    slack = _SLACK * (frame.x1 - frame.x0)
    return rule.x0 < frame.x0 + slack and rule.x1 > frame.x1 - slack


def _placed(
    visual: Sequence[VisualRow],
    at: int,
    columns: Sequence[Column],
    rules: Iterable[Box],
    heads: int,
) -> Row:
    """The row's segments by columns; those of one column are put together."""
    row = visual[at]
    below = tuple(segment for lower in visual[at + 1 : heads] for segment in lower)
    found: dict[int, Placed] = {}
    for segment in split_at_columns(row, columns, spares=bool(below)):
        first, last = spanned(segment, row, columns, rules, below, head=at < heads)
        held = next((p for p in found.values() if p.first <= first <= p.last), None)
        if held is None:
            found[first] = Placed(first, last, (segment,))
        else:
            found[held.first] = Placed(held.first, max(held.last, last), (*held.segments, segment))
    return tuple(found[first] for first in sorted(found))


def _is_untold(rows: Sequence[Row]) -> bool:
    """Whether many cells run on over the next column: then the columns are no columns."""
    cells = [placed for row in rows if len(row) > 1 for placed in row]
    return sum(cell.last > cell.first for cell in cells) > _OVERLONG * len(cells)


def _layout(rows: Sequence[Row], columns: int, heads: int) -> Layout:
    names = _names_rows(rows[heads:])
    cells = [
        LaidCell(
            at,
            placed.first,
            min(placed.rows, len(rows) - at),
            placed.last - placed.first + 1,
            at < heads or (names and len(row) > 1 and placed.first == placed.last == 0),
            tuple(segment.printed for segment in placed.segments),
        )
        for at, row in enumerate(rows)
        for placed in row
    ]
    return Layout(len(rows), columns, tuple(cells))


def _names_rows(rows: Sequence[Row]) -> bool:
    """Whether the first column says what the values beside it are of."""
    labels = [p.is_value for row in rows for p in row if p.first == 0]
    values = [p.is_value for row in rows for p in row if p.first > 0]
    return 2 * sum(labels) < len(labels) and 2 * sum(values) > len(values)

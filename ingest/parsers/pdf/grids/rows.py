"""Lines of a table -> its rows: cells of several lines, and cells beside several rows."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.parsers.pdf.grids.segments import Segment
from rag.types import Box

_HALFWAY = 1.6  # of the size: lines nearer than that have one between them that belongs to both
_TIGHT = 1.45  # of the size: lines of one header are no further apart
_RULED = 3  # rows: with fewer between rules, these may part groups
_EVEN = 0.6  # points: lines of one cell are as far apart as others, or less


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


def logical_rows(
    rows: Sequence[Row],
    heads: int,
    full: Iterable[Box],
    partial: Iterable[Box],
    first: Iterable[Box],
) -> tuple[list[Row], int]:
    """The rows, and how many of them are headers. Rules run through all columns, through some of
    them (``partial``), and those of the latter that run through the ``first`` column.
    """
    through = [rule.y0 for rule in full]
    head = _merged(_between(rows[:heads], head=True), [*through, *(rule.y0 for rule in partial)])
    body = _continued(_boxed(_between(rows[heads:], head=False), through), through)
    return [*head, *_labelled(body, [*through, *(rule.y0 for rule in first)])], len(head)


def _middle(row: Row) -> float:
    return sum(placed.segments[0].middle for placed in row) / len(row)


def _height(row: Row) -> float:
    """Where the row stands, cells beside several rows left out."""
    own = [placed for placed in row if placed.rows == 1] or row
    return sum(placed.segments[0].middle for placed in own) / len(own)


def _size(row: Row) -> float:
    return max(segment.line.size for placed in row for segment in placed.segments)


def _columns(row: Row) -> set[int]:
    return {at for placed in row for at in range(placed.first, placed.last + 1)}


def _between(rows: Sequence[Row], *, head: bool) -> list[Row]:
    """Lines halfway between two others: beside both rows, or a row with wrapped cells about it."""
    done: list[Row] = list(rows)
    at = 1
    while at + 1 < len(done):
        above, row, below = done[at - 1 : at + 2]
        near = _middle(below) - _middle(above) < _HALFWAY * _size(row)
        if not near or _columns(row) & (_columns(above) | _columns(below)):
            at += 1
        elif len(row) > max(len(above), len(below)) or (head and _wrapped(above, below)):
            done[at - 1 : at + 2] = [_joined(_joined(above, row), below)]
        else:
            beside = tuple(replace(placed, rows=2) for placed in row)
            done[at - 1 : at + 1] = [tuple(sorted((*above, *beside), key=lambda p: p.first))]
    return done


def _wrapped(above: Row, below: Row) -> bool:
    """Whether the lower line goes on with cells of the upper one."""
    return not _spans(above) and _columns(below) <= _columns(above)


def _joined(above: Row, below: Row) -> Row:
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


def _ruled(above: Row, below: Row, rules: Sequence[float]) -> bool:
    """Whether a rule lies between the two."""
    last = max(segment.middle for placed in above for segment in placed.segments)
    return any(last < y < _middle(below) for y in rules)


def _merged(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows of headers. Lines are one, unless a cell of the upper one spans columns of the other."""
    merged: list[Row] = []
    for row in rows:
        above = merged[-1] if merged else None
        if above is not None and not _ruled(above, row, rules) and not _spans(above):
            last = max(segment.middle for placed in above for segment in placed.segments)
            if _middle(row) - last < _TIGHT * _size(row):
                merged[-1] = _joined(above, row)
                continue
        merged.append(row)
    return merged


def _spans(row: Row) -> bool:
    return any(placed.last > placed.first or placed.rows > 1 for placed in row)


def _boxed(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows of a table that has a rule between any two of them: what is between two is one row."""
    bands = [rows[first : last + 1] for first, last in _bands(rows, rules)]
    if len(bands) < _RULED or not all(_is_one(band) for band in bands):
        return list(rows)
    return [functools.reduce(_joined, band) for band in bands]


def _is_one(band: Sequence[Row]) -> bool:
    """Whether the first line has a label and the others, with fewer cells, go on under it."""
    first = {placed.first: placed for placed in band[0]}
    if len(band) > 1 and (0 not in first or first[0].rows > 1):
        return False
    return all(
        len(row) < len(first)
        and 0 not in _columns(row)
        and all(p.first in first and not (p.is_value and first[p.first].is_value) for p in row)
        for row in band[1:]
    )


def _continued(rows: Sequence[Row], full: Sequence[float]) -> list[Row]:
    """Rows with the further lines of their cells: words under words, under no rule, with nothing
    in the first column unless that alone goes on.
    """
    steps = [_middle(b) - _middle(a) for a, b in itertools.pairwise(rows)]
    usual = sorted(steps)[len(steps) // 2] if steps else 0.0
    found: list[Row] = []
    for at, row in enumerate(rows):
        above = found[-1] if found else None
        apart = above is None or _ruled(above, row, full) or steps[at - 1] > usual + _EVEN
        if above is None or apart or not _goes_on(above, row):
            found.append(row)
        else:
            found[-1] = _joined(above, row)
    return found


def _goes_on(above: Row, row: Row) -> bool:
    if any(placed.is_value or placed.last > placed.first for placed in row):
        return False
    under = _columns(row)
    if not under <= _columns(above) or len(row) >= len(above):
        return False
    if 0 in under:
        first = row[0].segments[0].text
        return len(row) == 1 and (first[:1].islower() or first[:1] in "([&+")
    return True


def _labelled(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows with a label that stands alone in the first column, in the middle of the rows between
    two rules, put beside all of them.
    """
    done = list(rows)
    for first, last in _bands(done, rules):
        found = [
            (at, placed)
            for at in range(first, last + 1)
            for placed in done[at]
            if placed.first == 0
        ]
        if not _is_beside_all(
            [at for at, _ in found], [p for _, p in found], done[first : last + 1]
        ):
            continue
        for at, label in found:
            done[at] = tuple(placed for placed in done[at] if placed is not label)
        segments = tuple(segment for _, label in found for segment in label.segments)
        done[first] = (Placed(0, 0, segments, last - first + 1), *done[first])
    return [row for row in done if row]


def _is_beside_all(at: Sequence[int], labels: Sequence[Placed], band: Sequence[Row]) -> bool:
    """Whether the labels of these rows are one, printed in the middle of the rows of ``band``."""
    alone = len(labels) == 1 < len(band) or 1 < 2 * len(labels) <= len(band)
    if not alone or at[-1] - at[0] != len(at) - 1 or any(label.last for label in labels):
        return False
    lines = [segment for label in labels for segment in label.segments]
    if len(lines) > 1 and any(segment.is_value for segment in lines):
        return False
    middle = (_height(band[0]) + _height(band[-1])) / 2
    off = abs((lines[0].middle + lines[-1].middle) / 2 - middle)
    top = _height(band[0]) + 0.3 * lines[0].line.size
    return off < 0.6 * lines[0].line.size and lines[0].middle > top


def _bands(rows: Sequence[Row], rules: Sequence[float]) -> list[tuple[int, int]]:
    """The first and the last row of each run between rules."""
    bands: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if bands and not _ruled(rows[at - 1], row, rules):
            bands[-1] = (bands[-1][0], at)
        else:
            bands.append((at, at))
    return bands

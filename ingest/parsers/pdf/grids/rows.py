"""Lines of a table -> its rows: cells of several lines, and cells beside several rows."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.parsers.pdf.grids.labels import labelled
from ingest.parsers.pdf.grids.placed import Row, bands, columns, joined, middle, ruled, size
from rag.types import Box

_HALFWAY = 1.6  # of the size: lines nearer than that have one between them that belongs to both
_TIGHT = 1.45  # of the size: lines of one header are no further apart
_RULED = 3  # rows: with fewer between rules, these may part groups
_EVEN = 0.6  # points: lines of one cell are as far apart as others, or less


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
    return [*head, *labelled(body, [*through, *(rule.y0 for rule in first)])], len(head)


def _between(rows: Sequence[Row], *, head: bool) -> list[Row]:
    """Lines halfway between two others: beside both rows, or a row with wrapped cells about it."""
    done: list[Row] = list(rows)
    at = 1
    while at + 1 < len(done):
        above, row, below = done[at - 1 : at + 2]
        near = middle(below) - middle(above) < _HALFWAY * size(row)
        if not near or columns(row) & (columns(above) | columns(below)):
            at += 1
        elif len(row) > max(len(above), len(below)) or (head and _wrapped(above, below)):
            done[at - 1 : at + 2] = [joined(joined(above, row), below)]
        else:
            beside = tuple(replace(placed, rows=2) for placed in row)
            done[at - 1 : at + 1] = [tuple(sorted((*above, *beside), key=lambda p: p.first))]
    return done


def _wrapped(above: Row, below: Row) -> bool:
    """Whether the lower line goes on with cells of the upper one."""
    return not _spans(above) and columns(below) <= columns(above)


def _merged(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows of headers. Lines are one, unless a cell of the upper one spans columns of the other."""
    merged: list[Row] = []
    for row in rows:
        above = merged[-1] if merged else None
        if above is not None and not ruled(above, row, rules) and not _spans(above):
            last = max(segment.middle for placed in above for segment in placed.segments)
            if middle(row) - last < _TIGHT * size(row):
                merged[-1] = joined(above, row)
                continue
        merged.append(row)
    return merged


def _spans(row: Row) -> bool:
    return any(placed.last > placed.first or placed.rows > 1 for placed in row)


def _boxed(rows: Sequence[Row], rules: Sequence[float]) -> list[Row]:
    """Rows of a table that has a rule between any two of them: what is between two is one row."""
    parts = [rows[first : last + 1] for first, last in bands(rows, rules)]
    if len(parts) < _RULED or not all(_is_one(part) for part in parts):
        return list(rows)
    return [functools.reduce(joined, part) for part in parts]


def _is_one(band: Sequence[Row]) -> bool:
    """Whether the first line has a label and the others, with fewer cells, go on under it."""
    first = {placed.first: placed for placed in band[0]}
    if len(band) > 1 and (0 not in first or first[0].rows > 1):
        return False
    return all(
        len(row) < len(first)
        and 0 not in columns(row)
        and all(p.first in first and not (p.is_value and first[p.first].is_value) for p in row)
        for row in band[1:]
    )


def _continued(rows: Sequence[Row], full: Sequence[float]) -> list[Row]:
    """Rows with the further lines of their cells: words under words, under no rule, with nothing
    in the first column unless that alone goes on.
    """
    steps = [middle(b) - middle(a) for a, b in itertools.pairwise(rows)]
    usual = sorted(steps)[len(steps) // 2] if steps else 0.0
    found: list[Row] = []
    for at, row in enumerate(rows):
        above = found[-1] if found else None
        apart = above is None or ruled(above, row, full) or steps[at - 1] > usual + _EVEN
        if above is None or apart or not _goes_on(above, row):
            found.append(row)
        else:
            found[-1] = joined(above, row)
    return found


def _goes_on(above: Row, row: Row) -> bool:
    if any(placed.is_value or placed.last > placed.first for placed in row):
        return False
    under = columns(row)
    if not under <= columns(above) or len(row) >= len(above):
        return False
    if 0 in under:
        first = row[0].segments[0].text
        return len(row) == 1 and (first[:1].islower() or first[:1] in "([&+")
    return True

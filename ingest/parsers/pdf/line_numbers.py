"""The numbers of lines down the margins of review copies, told from those of tables and lists."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from ingest.parsers.pdf.document import Fragment

_NUMBER = re.compile(r"\d{1,4}")
_FEWEST = 5  # numbers of one column
_ALIGNED = 2.5  # points by which their edges differ
_STEPS = (1, 2, 5, 10)  # every line is numbered, or every fifth
_STEADY = 0.8  # of the differences are that step: columns and pages may begin anew
_RUNNING = 25  # characters: what is so long is text, not a cell
_BESIDE = 60.0  # points from the numbers to the text whose lines they count
_ACROSS = 0.1  # of the numbers: so many lines of text may lie over their column

Edge = tuple[str, float]
"""The side by which a column of numbers is aligned, "x0" or "x1", and where."""


def line_numbers(pages: Sequence[Sequence[Fragment]]) -> list[frozenset[int]]:
    """For each page, which of its fragments number the lines.

    They stand under one another where no text runs, count up in steps, and have no more lines of
    text between them than they count; the numbers of a list's entries have more. Where one page
    has such a column, a few numbers at the same place of others are the same, as at a paper's end.
    """
    numbers = [
        [i for i, f in enumerate(page) if f.upright and _NUMBER.fullmatch(f.text)] for page in pages
    ]
    edges = {
        edge
        for page, found in zip(pages, numbers, strict=True)
        for edge, column in _columns(page, found)
        if len(column) >= _FEWEST and _counts_lines([page[i] for i in column], _running(page))
    }
    return [
        frozenset(
            i
            for edge, column in (_columns(page, found) if edges else ())
            if any(_same(edge, known) for known in edges)
            and _is_clear([page[i] for i in column], _running(page))
            for i in column
        )
        for page, found in zip(pages, numbers, strict=True)
    ]


def _running(page: Sequence[Fragment]) -> list[Fragment]:
    return [f for f in page if f.upright and len(f.text) >= _RUNNING]


def _columns(page: Sequence[Fragment], numbers: Sequence[int]) -> list[tuple[Edge, list[int]]]:
    """The numbers by a common right or left edge, each column from the top."""
    columns: list[tuple[Edge, list[int]]] = []
    for side in ("x1", "x0"):
        at = {i: float(getattr(page[i], side)) for i in numbers}
        for i in sorted(numbers, key=at.__getitem__):
            if columns and _same(columns[-1][0], (side, at[i])):
                columns[-1][1].append(i)
            else:
                columns.append(((side, at[i]), [i]))
    return [(edge, sorted(found, key=lambda i: page[i].baseline)) for edge, found in columns]


def _same(edge: Edge, other: Edge) -> bool:
    return edge[0] == other[0] and abs(edge[1] - other[1]) < _ALIGNED


def _counts_lines(column: Sequence[Fragment], running: Sequence[Fragment]) -> bool:
    steps = Counter(int(b.text) - int(a.text) for a, b in itertools.pairwise(column))
    step, times = steps.most_common(1)[0]
    if step not in _STEPS or times < _STEADY * steps.total() or not _is_clear(column, running):
        return False
    x0, x1 = min(f.x0 for f in column), max(f.x1 for f in column)
    rows = [f.baseline for f in running if 0 <= f.x0 - x1 < _BESIDE or 0 <= x0 - f.x1 < _BESIDE]
    between = [
        sum(a.baseline < row <= b.baseline for row in rows) for a, b in itertools.pairwise(column)
    ]
    return 0 < median(between) <= step


def _is_clear(column: Sequence[Fragment], running: Sequence[Fragment]) -> bool:
    """Whether hardly any line of text lies over the column."""
    x0, x1 = min(f.x0 for f in column), max(f.x1 for f in column)
    return sum(f.x0 < x1 and f.x1 > x0 for f in running) <= _ACROSS * len(column)

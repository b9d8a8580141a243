"""The white space around lines."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.layout import TextLine

WIDE = 2.0  # what a gap counts for where a column begins
_ROW = 0.5  # share of a line's height by which two lines of one row differ in place at most
_CELLS = 60.0  # points between two cells of a row
_PIECES = 12.0  # points between two pieces of one line
_AROUND = 12  # lines before and after that show how wide a column is


def gaps_above(lines: Sequence[TextLine]) -> list[float]:
    """The white space above each line, as a share of its own height; wide where a column begins."""
    gaps = [WIDE] * len(lines)
    for i in range(1, len(lines)):
        above, line = lines[i - 1].box, lines[i].box
        below = above.page == line.page and line.y0 > above.y0
        if below and line.x0 < above.x1 and above.x0 < line.x1:
            gaps[i] = (line.y0 - above.y1) / max(line.y1 - line.y0, 1.0)
        elif above.page == line.page and abs(line.y0 - above.y0) < 0.5 * (line.y1 - line.y0):
            gaps[i] = 0.0 if line.x0 > above.x0 and line.x0 - above.x1 < _PIECES else WIDE
    return gaps


def right_edges(lines: Sequence[TextLine]) -> list[float]:
    """For each line the right edge of its column: the farthest that lines around it reach."""
    edges = []
    for i, line in enumerate(lines):
        around = lines[max(i - _AROUND, 0) : i + _AROUND + 1]
        reach = [
            other.box.x1
            for other in around
            if other.box.page == line.box.page
            and other.box.x0 < line.box.x1
            and line.box.x0 < other.box.x1
        ]
        edges.append(max(reach, default=line.box.x1))
    return edges


def has_neighbour(lines: Sequence[TextLine], first: int, last: int) -> bool:
    """Whether another line stands beside lines ``[first, last]``, as in a table's row."""
    return any(
        0 <= beside < len(lines) and _same_row(lines[at], lines[beside])
        for at, beside in ((first, first - 1), (last, last + 1))
    )


def _same_row(line: TextLine, other: TextLine) -> bool:
    height = line.box.y1 - line.box.y0
    near = other.box.page == line.box.page and abs(other.box.y0 - line.box.y0) < _ROW * height
    return near and min(abs(other.box.x0 - line.box.x1), abs(line.box.x0 - other.box.x1)) < _CELLS

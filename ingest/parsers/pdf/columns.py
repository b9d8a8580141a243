"""Reading order: columns, and what spans them.

A page's lines come in the file's order, which typesetters write as it is read. Where geometry
says otherwise for the running text, lines are put in order by geometry: bands between what
spans the page, and in each band the left column before the right one.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence

from ingest.layout import TextLine
from rag.types import Box

_RUNNING_TEXT = 20  # characters: shorter lines say nothing about columns
_WIDE = 0.22  # of the page: running text is at least so wide
_DISORDER = 0.12  # share of pairs of lines: more, and the file's order is not believed
_ENOUGH = 6  # lines of running text: fewer leave no doubt
_BESIDE = 0.15  # share of them that stand beside others: more, and there are more columns
_SLACK = 3.0  # points by which a line may reach over the gutter


def reading_order(lines: Sequence[TextLine], width: float) -> list[TextLine]:
    """The page's lines as they are read."""
    gutter = find_gutter(lines, width)
    by_geometry = _order_by_geometry(lines, gutter)
    if _disorder(lines, by_geometry, gutter, width) > _DISORDER:
        return [lines[i] for i in by_geometry]
    return list(lines)


def by_geometry(lines: Sequence[TextLine], width: float) -> list[TextLine]:
    """The page's lines by their places alone: what saw them had no order of its own."""
    return [lines[i] for i in _order_by_geometry(lines, find_gutter(lines, width))]


def is_unsure(lines: Sequence[TextLine], width: float) -> bool:
    """Whether neither order is to be believed: the file's is another than the geometry's, or
    texts stand side by side that no gutter parts, as in three columns.
    """
    running = [line for line in lines if _is_running(line, width)]
    if len(running) < _ENOUGH:
        return False
    gutter = find_gutter(lines, width)
    by_geometry = _order_by_geometry(lines, gutter)
    if _disorder(lines, by_geometry, gutter, width) > _DISORDER:
        return True
    beside = sum(
        any(_side_by_side(a.box, b.box, gutter) for b in running if b is not a) for a in running
    )
    return beside > _BESIDE * len(running)


def by_regions(lines: Sequence[TextLine], regions: Sequence[Box], width: float) -> list[TextLine]:
    """The lines by the regions that they stand in, in the regions' order.

    What stands in none goes with the line before it.
    """
    members: list[list[TextLine]] = [[] for _ in range(len(regions) + 1)]
    at = 0
    for line in reading_order(lines, width):
        holding = [n for n, box in enumerate(regions, 1) if _holds(box, line.box)]
        at = min(holding, key=lambda n: _area(regions[n - 1]), default=at)
        members[at].append(line)
    return [line for own in members for line in reading_order(own, width)]


def _disorder(
    lines: Sequence[TextLine], by_geometry: Sequence[int], gutter: float | None, width: float
) -> float:
    """The share of pairs of lines that the file has the other way round."""
    place = {index: at for at, index in enumerate(by_geometry)}
    running = [i for i in range(len(lines)) if _is_running(lines[i], width)]
    pairs = [
        (a, b)
        for a, b in itertools.combinations(running, 2)
        if gutter is not None or _overlap(lines[a].box, lines[b].box)
    ]
    return sum(place[a] > place[b] for a, b in pairs) / max(len(pairs), 1)


def _side_by_side(a: Box, b: Box, gutter: float | None) -> bool:
    """Whether both stand in one row, and not on the two sides of a gutter."""
    same_row = min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * (a.y1 - a.y0)
    parted = {side(a, gutter), side(b, gutter)} == {1, 2}
    return same_row and not _overlap(a, b) and not parted


def _holds(region: Box, box: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _overlap(a: Box, b: Box) -> bool:
    """Whether one stands over the other, so that the page shows which is read first."""
    return min(a.x1, b.x1) > max(a.x0, b.x0)


def find_gutter(lines: Sequence[TextLine], width: float) -> float | None:
    """The x between two columns; None where the page has one column."""
    running = [line for line in lines if _is_running(line, width)]
    if len(running) < 6:
        return None
    best, best_score = None, 0
    for x in range(int(0.4 * width), int(0.6 * width), 4):
        left = sum(line.box.x1 <= x + _SLACK for line in running)
        right = sum(line.box.x0 >= x - _SLACK for line in running)
        score = min(left, right) * 2 - (len(running) - left - right)
        if min(left, right) >= 3 and score > best_score:
            best, best_score = float(x), score
    return _centre(best, running) if best is not None else None


def _centre(x: float, running: Sequence[TextLine]) -> float:
    """The middle of the white strip around ``x``."""
    left = max(line.box.x1 for line in running if line.box.x1 <= x + _SLACK)
    right = min(line.box.x0 for line in running if line.box.x0 >= x - _SLACK)
    return (left + right) / 2


def side(box: Box, gutter: float | None) -> int:
    """0 for what spans the page, 1 for the left column, 2 for the right one."""
    if gutter is None or box.x0 + _SLACK < gutter < box.x1 - _SLACK:
        return 0
    return 1 if box.x1 - _SLACK <= gutter else 2


def _is_running(line: TextLine, width: float) -> bool:
    return len(line.text) >= _RUNNING_TEXT and line.box.x1 - line.box.x0 > _WIDE * width


def _order_by_geometry(lines: Sequence[TextLine], gutter: float | None) -> list[int]:
    """Indices, band by band: what spans the page, then the left column, then the right."""
    spanning = sorted(line.box.y0 for line in lines if side(line.box, gutter) == 0)

    def key(i: int) -> tuple[int, int, int, float]:
        line = lines[i]
        band = bisect.bisect_left(spanning, line.box.y0)
        # The line that closes a band comes after both of its columns.
        return band, side(line.box, gutter) or 3, round(line.box.y1), line.box.x0

    return sorted(range(len(lines)), key=key)

"""Tables and algorithms: the lines that a caption names, by rules or by the look of the rows."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.parsers.pdf.boxes import (
    around,
    centre_in,
    distance_down,
    grown,
    same_row,
    shared_width,
)
from ingest.parsers.pdf.pages import PageView
from rag.types import Box

Rows = tuple[int, ...]
"""Indices of the lines of some rows."""

_NEAR = 45.0  # points from a caption to the first rule
_ROW_OR_TWO = 30.0  # points
_EDGES = 6.0  # points: the ends of rules of one width
_WIDE = 0.7  # of the widest rule
_ONE_LINE = 1.6  # of the size
_FIRST_STEP = 2.6  # of the size: a table is no further from its caption
_STEP = 1.3  # of the size: its rows are no further apart


def table_sides(page: PageView, caption: Box, taken: set[int]) -> tuple[Rows, Rows]:
    """The rows above and the rows below the caption, as far as there are any."""
    return (
        _toward(page, caption, taken, down=False),
        _toward(page, caption, taken, down=True),
    )


def algorithm_body(page: PageView, caption: Box, taken: set[int]) -> tuple[int, ...]:
    """The lines below the caption, down to the closing rule."""
    return _toward(page, caption, taken, down=True)


def _toward(page: PageView, caption: Box, taken: set[int], *, down: bool) -> tuple[int, ...]:
    frame = _frame(page, caption, taken, down=down)
    if frame is None:
        return _rows(page, caption, taken, down=down)
    inside = tuple(
        i for i in page.members if i not in taken and centre_in(page.lines[i].box, frame)
    )
    if _is_text(page, inside):
        return _rows(page, caption, taken, down=down)
    return inside


def _frame(page: PageView, caption: Box, taken: set[int], *, down: bool) -> Box | None:
    """The area between the first and the last of the rules stacked next to the caption.

    Rules of one width belong together at any distance, others if a row or two lie between.
    """
    limit = _limit(page, caption, taken, down=down)
    rules = [r for r in page.graphics.rules if r.x1 - r.x0 > 15 and shared_width(r, caption) > 0]
    stack = [
        r
        for r in rules
        if (caption.y1 - 2 < r.y0 < limit if down else limit < r.y1 < caption.y0 + 2)
    ]
    stack.sort(key=lambda r: r.y0, reverse=not down)
    if len(stack) < 2 or distance_down(stack[0], caption) > _NEAR:
        return None
    chosen = [stack[0]]
    for rule in stack[1:]:
        if any(_alike(r, rule) for r in chosen) or distance_down(rule, chosen[-1]) < _ROW_OR_TWO:
            chosen.append(rule)
    chosen = _without_tail(chosen)
    if len(chosen) < 2:
        return None
    frame = around(chosen)
    return grown(around((frame, *_bars_across(page, frame, limit, caption))), 4, 2)


def _without_tail(rules: list[Box]) -> list[Box]:
    """The rules up to the last that is as wide as the first ones: a picture's frame may follow."""
    kept = [
        at
        for at, rule in enumerate(rules)
        if any(_alike(rule, other) for other in rules if other is not rule)
    ]
    wide = [at for at in kept if rules[at].x1 - rules[at].x0 >= _WIDE * _width(rules)]
    return rules[: wide[-1] + 1] if len(wide) > 1 else rules


def _width(rules: Sequence[Box]) -> float:
    return max(rule.x1 - rule.x0 for rule in rules)


def _alike(a: Box, b: Box) -> bool:
    return abs(a.x0 - b.x0) < _EDGES and abs(a.x1 - b.x1) < _EDGES


def _bars_across(page: PageView, frame: Box, limit: float, caption: Box) -> list[Box]:
    """Upright rules between the columns, which may reach past the last rule across."""
    low, high = sorted((limit, caption.y0 if caption.y0 > frame.y0 else caption.y1))
    return [
        bar
        for bar in page.graphics.bars
        if frame.x0 - 2 < bar.x0 < frame.x1 + 2
        and bar.y0 < frame.y1 + 2
        and bar.y1 > frame.y0 - 2
        and low - 2 < bar.y0
        and bar.y1 < high + 2
    ]


def _is_text(page: PageView, inside: Sequence[int]) -> bool:
    """Whether two rules far apart merely enclose paragraphs."""
    wide = sum(page.is_running(page.lines[i]) for i in inside)
    return wide > 12 and wide > 0.6 * len(inside)


def _limit(page: PageView, caption: Box, taken: set[int], *, down: bool) -> float:
    """The y of the nearest other caption or heading in the column: no float reaches past it."""
    others = [
        page.lines[i].box
        for i in page.members
        if (i in taken or _is_lone_heading(page, i))
        and shared_width(page.lines[i].box, caption) > 0
    ]
    if down:
        return min((b.y0 for b in others if b.y0 > caption.y1), default=page.graphics.height)
    return max((b.y1 for b in others if b.y1 < caption.y0), default=0.0)


def _is_lone_heading(page: PageView, at: int) -> bool:
    """Whether the line looks like a heading and is no cell of a row, as "1 CNN" may be."""
    line = page.lines[at]
    return page.is_heading(line) and not any(
        same_row(line, page.lines[i]) and page.column(page.lines[i].box) == page.column(line.box)
        for i in page.members
        if i != at
    )


def _rows(page: PageView, caption: Box, taken: set[int], *, down: bool) -> tuple[int, ...]:
    """Rows next to the caption that look like a table's: small, short or of several cells."""
    found: list[int] = []
    edge = caption.y1 if down else caption.y0
    for i in _outward(page, caption, taken, down=down):
        line = page.lines[i]
        gap = line.box.y0 - edge if down else edge - line.box.y1
        farthest = _STEP if found else _FIRST_STEP
        if gap > farthest * line.size or page.is_running(line) or page.is_heading(line):
            break
        found.append(i)
        edge = max(edge, line.box.y1) if down else min(edge, line.box.y0)
    return tuple(sorted(found))


def _outward(page: PageView, caption: Box, taken: set[int], *, down: bool) -> list[int]:
    """The lines under, or over, the caption, the nearest first."""
    left, right = page.column(caption)
    if caption.y1 - caption.y0 > _ONE_LINE * page.body_size:
        # A caption of several lines is as wide as its float, which may share the column.
        left, right = caption.x0 - 10, caption.x1 + 10
    boxes = {i: page.lines[i].box for i in page.members if i not in taken}
    near = [
        i
        for i, box in boxes.items()
        if left - 3 <= (box.x0 + box.x1) / 2 <= right + 3
        and (box.y0 > caption.y1 - 2 if down else box.y1 < caption.y0 + 2)
    ]
    return sorted(near, key=lambda i: boxes[i].y0, reverse=not down)

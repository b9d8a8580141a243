"""How boxes on one page lie to each other. Distances are in points."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.layout import TextLine
from rag.types import Box


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds them all; there must be at least one."""
    found = list(boxes)
    return Box(
        found[0].page,
        min(b.x0 for b in found),
        min(b.y0 for b in found),
        max(b.x1 for b in found),
        max(b.y1 for b in found),
    )


def grown(box: Box, dx: float, dy: float) -> Box:
    """The box with so much added on each side."""
    return Box(box.page, box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy)


def centre_in(box: Box, frame: Box) -> bool:
    """Whether the middle of ``box`` lies in ``frame``."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return frame.x0 <= x <= frame.x1 and frame.y0 <= y <= frame.y1


def shared_width(a: Box, b: Box) -> float:
    """By how much the two overlap from left to right; negative if they stand apart."""
    return min(a.x1, b.x1) - max(a.x0, b.x0)


def distance_down(a: Box, b: Box) -> float:
    """The white between the two from top to bottom; 0 if they overlap."""
    return max(a.y0 - b.y1, b.y0 - a.y1, 0.0)


def same_row(a: TextLine, b: TextLine) -> bool:
    """Whether the two lines stand on one baseline, more or less."""
    low, high = max(a.box.y0, b.box.y0), min(a.box.y1, b.box.y1)
    height = min(a.box.y1 - a.box.y0, b.box.y1 - b.box.y0)
    return a.box.page == b.box.page and high - low > 0.5 * height

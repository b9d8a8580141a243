"""What is drawn on a page: rules, and the areas that pictures cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.parsers.pdf.document import PageGraphics
from rag.types import Box

_CELL = 8.0  # points: drawings closer than this belong to one picture
_THIN, _SHORTEST_RULE = 2.5, 18.0
_SHORTEST_BAR = 6.0  # a table's upright rules are often drawn row by row
_BACKGROUND = 0.8  # of the page: larger areas are paper, not pictures
_LEAST_PICTURE = 24.0

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """Something drawn, by its box. ``visible`` is false for white on white."""

    x0: float
    y0: float
    x1: float
    y1: float
    visible: bool = True


def is_rule(area: Area) -> bool:
    """Whether it is a thin line across, or a piece of one."""
    return area.y1 - area.y0 < _THIN and area.x1 - area.x0 > 2 * _THIN


def is_bar(area: Area) -> bool:
    """Whether it is a thin upright line, or a piece of one."""
    return area.x1 - area.x0 < _THIN and area.y1 - area.y0 > _SHORTEST_BAR


def page_graphics(page: int, width: float, height: float, areas: Iterable[Area]) -> PageGraphics:
    """Sorts what is drawn into rules and pictures."""
    rules: list[Box] = []
    bars: list[Box] = []
    cells: set[Cell] = set()
    for area in areas:
        if not area.visible or _covers(area, width, height):
            continue
        if is_rule(area):
            rules.append(Box(page, area.x0, area.y0, area.x1, area.y1))
        elif area.x1 - area.x0 > _THIN or area.y1 - area.y0 < _SHORTEST_RULE:
            cells.update(_cells(area, width, height))
        if is_bar(area):
            bars.append(Box(page, area.x0, area.y0, area.x1, area.y1))
    pictures = _pictures(page, cells)
    return PageGraphics(page, width, height, _joined(rules), pictures, _stacked(bars))


def _joined(rules: Iterable[Box]) -> tuple[Box, ...]:
    """Rules from the top; segments that continue one another are one."""
    joined: list[Box] = []
    for rule in sorted(rules, key=lambda box: (round(box.y0), box.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.y0 - rule.y0) < _THIN and rule.x0 - last.x1 < _THIN:
            x1 = max(last.x1, rule.x1)
            joined[-1] = Box(rule.page, last.x0, last.y0, x1, max(last.y1, rule.y1))
        else:
            joined.append(rule)
    return tuple(rule for rule in joined if rule.x1 - rule.x0 > _SHORTEST_RULE)


def _stacked(bars: Iterable[Box]) -> tuple[Box, ...]:
    """Bars from the left; pieces that continue one another are one."""
    stacked: list[Box] = []
    for bar in sorted(bars, key=lambda box: (round(box.x0), box.y0)):
        last = stacked[-1] if stacked else None
        if last and abs(last.x0 - bar.x0) < _THIN and bar.y0 - last.y1 < _THIN:
            stacked[-1] = Box(bar.page, last.x0, last.y0, last.x1, max(last.y1, bar.y1))
        else:
            stacked.append(bar)
    return tuple(stacked)


def _covers(area: Area, width: float, height: float) -> bool:
    return (area.x1 - area.x0) * (area.y1 - area.y0) > _BACKGROUND * width * height


def _cells(area: Area, width: float, height: float) -> Iterable[Cell]:
    left, right = max(area.x0, 0.0), min(area.x1, width)
    top, bottom = max(area.y0, 0.0), min(area.y1, height)
    for column in range(int(left / _CELL), int(right / _CELL) + 1):
        for row in range(int(top / _CELL), int(bottom / _CELL) + 1):
            yield column, row


def _pictures(page: int, cells: set[Cell]) -> tuple[Box, ...]:
    """Boxes around the connected runs of covered cells, the small ones left out."""
    left = set(cells)
    found = []
    while left:
        group = _flood(left.pop(), left)
        columns, rows = [c for c, _ in group], [r for _, r in group]
        x0, x1 = min(columns) * _CELL, (max(columns) + 1) * _CELL
        y0, y1 = min(rows) * _CELL, (max(rows) + 1) * _CELL
        if x1 - x0 >= _LEAST_PICTURE and y1 - y0 >= _LEAST_PICTURE:
            found.append(Box(page, x0, y0, x1, y1))
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))


def _flood(start: Cell, left: set[Cell]) -> list[Cell]:
    """The cells connected to ``start``; takes them out of ``left``."""
    group, front = [start], [start]
    while front:
        column, row = front.pop()
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                neighbour = (column + across, row + down)
                if neighbour in left:
                    left.remove(neighbour)
                    group.append(neighbour)
                    front.append(neighbour)
    return group

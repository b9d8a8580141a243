"""Blocks -> the paper's text, and elements over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.parsers.pdf.blocks import Block
from ingest.parsers.pdf.boxes import around, grown, same_row
from ingest.parsers.pdf.tabular import PlacedLine, tabular
from rag.types import Box, Element, Grid, Kind, Line, Span

_ROWS = {Kind.TABLE: " | ", Kind.EQUATION: " ", Kind.ALGORITHM: " "}
_MARGIN = 3.0  # points around a formula: roots and brackets stand out of its lines
_BETWEEN = "\n\n"


def assemble(blocks: Sequence[tuple[Block, int]], words: Words) -> tuple[str, tuple[Element, ...]]:
    """The text of ``(block, section)`` pairs in order, and their elements."""
    text = ""
    elements: list[Element] = []
    for block, section in blocks:
        own, lines, grid = _printed(block, words)
        if not own.strip():
            continue
        start = len(text) + (len(_BETWEEN) if text else 0)
        text = f"{text}{_BETWEEN}{own}" if text else own
        moved = tuple(
            Line(Span(start + first, start + last), line.box) for (first, last), line in lines
        )
        span = Span(start, start + len(own))
        area = block.area or _area(block)
        elements.append(Element(block.kind, span, section, moved, block.label, grid, area))
    return text, tuple(elements)


def _area(block: Block) -> Box | None:
    """Where a formula stands, so that it can be shown as printed; others have no area of their own.

    A number beside it is part of it.
    """
    pages = {line.box.page for line in block.lines}
    if block.kind is not Kind.EQUATION or len(pages) != 1:
        return None
    return grown(around(line.box for line in block.lines), _MARGIN, _MARGIN)


def _printed(block: Block, words: Words) -> tuple[str, list[PlacedLine], Grid | None]:
    """The block's text, where in it each line stands, and its cells if it is a table of some."""
    caption, rest = block.lines[: block.caption], block.lines[block.caption :]
    prose = caption if block.kind in _ROWS or block.caption else rest
    joined = join_lines([line.text for line in prose], words)
    text = joined.text
    placed = list(zip(joined.spans, prose, strict=True))
    if prose is rest:
        return text, placed, None
    if block.table is not None:
        table = tabular(block.table, words)
        text += "\n" if text else ""
        moved = [((len(text) + a, len(text) + b), line) for (a, b), line in table.lines]
        return text + table.text, placed + moved, table.grid
    cells = _ROWS.get(block.kind, " ")
    for row in _rows(rest):
        text += "\n" if text else ""
        for at, line in enumerate(row):
            text += cells if at else ""
            placed.append(((len(text), len(text) + len(line.text)), line))
            text += line.text
    return text, placed, None


def _rows(lines: Iterable[TextLine]) -> list[list[TextLine]]:
    """The lines by rows from the top, and in each from left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda x: (x.box.page, (x.box.y0 + x.box.y1) / 2)):
        if rows and same_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in rows]

"""Blocks -> the paper's text, and elements over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.parsers.pdf.blocks import Block
from ingest.parsers.pdf.boxes import same_row
from rag.types import Element, Kind, Line, Span

_ROWS = {Kind.TABLE: " | ", Kind.EQUATION: " ", Kind.ALGORITHM: " "}
_BETWEEN = "\n\n"


def assemble(blocks: Sequence[tuple[Block, int]], words: Words) -> tuple[str, tuple[Element, ...]]:
    """The text of ``(block, section)`` pairs in order, and their elements."""
    text = ""
    elements: list[Element] = []
    for block, section in blocks:
        own, lines = _printed(block, words)
        if not own.strip():
            continue
        start = len(text) + (len(_BETWEEN) if text else 0)
        text = f"{text}{_BETWEEN}{own}" if text else own
        moved = tuple(
            Line(Span(start + first, start + last), line.box) for (first, last), line in lines
        )
        span = Span(start, start + len(own))
        elements.append(Element(block.kind, span, section, moved, block.label))
    return text, tuple(elements)


def _printed(block: Block, words: Words) -> tuple[str, list[tuple[tuple[int, int], TextLine]]]:
    """The block's text, and where in it each line stands."""
    caption, rest = block.lines[: block.caption], block.lines[block.caption :]
    prose = caption if block.kind in _ROWS or block.caption else rest
    joined = join_lines([line.text for line in prose], words)
    text = joined.text
    placed = list(zip(joined.spans, prose, strict=True))
    if prose is rest:
        return text, placed
    cells = _ROWS.get(block.kind, " ")
    for row in _rows(rest):
        text += "\n" if text else ""
        for at, line in enumerate(row):
            text += cells if at else ""
            placed.append(((len(text), len(text) + len(line.text)), line))
            text += line.text
    return text, placed


def _rows(lines: Iterable[TextLine]) -> list[list[TextLine]]:
    """The lines by rows from the top, and in each from left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda x: (x.box.page, (x.box.y0 + x.box.y1) / 2)):
        if rows and same_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in rows]

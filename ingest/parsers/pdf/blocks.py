"""Running text -> blocks: paragraphs, list items, equations, by the white around the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import around, distance_down, same_row, shared_width
from ingest.parsers.pdf.equations import equation_label, is_display, is_formula
from ingest.parsers.pdf.grids.layout import Layout
from ingest.parsers.pdf.runs import Run, find_runs, is_item
from rag.types import Box, Kind

Columns = Callable[[Box], tuple[float, float]]
"""The left and right edge of the column that a box stands in."""

_TOUCHING = 3.0  # points: pieces of one formula are no further apart
_BESIDE = 60.0  # points from side to side


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that make one element. The first ``caption`` lines are a float's caption.

    ``table`` has the cells of the others where they could be told, ``area`` is the whole float's.
    """

    kind: Kind
    lines: tuple[TextLine, ...]
    label: str = ""
    caption: int = 0
    table: Layout | None = None
    area: Box | None = None


def text_blocks(lines: Sequence[TextLine], columns: Columns) -> list[Block]:
    """Blocks of consecutive lines of running text, in order."""
    blocks: list[Block] = []
    for run in find_runs(lines):
        blocks.extend(_split(run, columns(run.lines[0].box)))
    return _with_whole_formulas(blocks)


def _split(run: Run, column: tuple[float, float]) -> Iterable[Block]:
    """The run's paragraphs, list items and equations."""
    display = _display_rows(run.lines, *column)
    current: list[TextLine] = []
    shown = False
    for at, line in enumerate(run.lines):
        opens = _next_equation(current, line) if shown else current and run.opens(at, current)
        if current and (display[at] != shown or opens):
            yield _block(current, shown=shown)
            current = []
        shown = display[at]
        current.append(line)
    if current:
        yield _block(current, shown=shown)


def _block(lines: Sequence[TextLine], *, shown: bool) -> Block:
    if shown:
        return Block(Kind.EQUATION, tuple(lines), equation_label(lines))
    return Block(Kind.LIST if is_item(lines[0]) else Kind.PARAGRAPH, tuple(lines))


def _display_rows(run: Sequence[TextLine], left: float, right: float) -> list[bool]:
    """For each line, whether its row is a displayed formula."""
    flags: list[bool] = []
    start = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or not same_row(run[at - 1], run[at]):
            row = run[start:at]
            flags.extend([is_display(row, left, right)] * len(row))
            start = at
    return flags


def _next_equation(current: Sequence[TextLine], line: TextLine) -> bool:
    """Whether the formula so far has its number, so that the line opens another."""
    return bool(equation_label(current)) and not same_row(current[-1], line)


def _with_whole_formulas(blocks: Iterable[Block]) -> list[Block]:
    """Puts the pieces of one tall formula together: limits, fractions, brackets."""
    joined: list[Block] = []
    for block in blocks:
        if joined and _is_one_formula(joined[-1], block):
            lines = joined[-1].lines + block.lines
            joined[-1] = Block(Kind.EQUATION, lines, equation_label(lines))
        else:
            joined.append(block)
    return joined


def _is_one_formula(first: Block, second: Block) -> bool:
    if Kind.EQUATION not in (first.kind, second.kind) or (first.label and second.label):
        return False
    if first.lines[0].box.page != second.lines[0].box.page:
        return False
    if not (is_formula(first.lines) and is_formula(second.lines)):
        return False
    a, b = around(x.box for x in first.lines), around(x.box for x in second.lines)
    return distance_down(a, b) < _TOUCHING and shared_width(a, b) > -_BESIDE

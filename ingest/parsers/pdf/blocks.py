"""Running text -> blocks: paragraphs, list items, equations, by the white around the lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import around, distance_down, same_row, shared_width
from ingest.parsers.pdf.equations import equation_label, is_display, is_formula
from rag.types import Box, Kind

Columns = Callable[[Box], tuple[float, float]]
"""The left and right edge of the column that a box stands in."""

_INDENT = 0.7  # em: a first line is moved in by at least so much
_EXTRA = 0.3  # em: more white than usual between two lines parts two paragraphs
_FARTHEST = 1.3  # em of white: more than that ends a run of lines
_TOUCHING = 3.0  # points: pieces of one formula are no further apart
_SHORT = 0.12  # of the width: a line that ends so early may be a paragraph's last
_STOPS = (".", "?", "!", ":", ".”", '."', ".)", "?)", "。")
_BULLET = re.compile(r"[•◦▪‣∙●○■□➢–*·-]\s+\S|\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)]\s+\S")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that make one element. The first ``caption`` lines are a float's caption."""

    kind: Kind
    lines: tuple[TextLine, ...]
    label: str = ""
    caption: int = 0


def text_blocks(lines: Sequence[TextLine], columns: Columns) -> list[Block]:
    """Blocks of consecutive lines of running text, in order."""
    blocks: list[Block] = []
    for run in _runs(lines):
        blocks.extend(_split(run, columns(run[0].box)))
    return join_formulas(blocks)


def join_formulas(blocks: Iterable[Block]) -> list[Block]:
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
    if Kind.EQUATION not in (first.kind, second.kind):
        return False
    if (first.label and second.label) or not (is_formula(first.lines) and is_formula(second.lines)):
        return False
    if first.lines[0].box.page != second.lines[0].box.page:
        return False
    a, b = around(x.box for x in first.lines), around(x.box for x in second.lines)
    return distance_down(a, b) < _TOUCHING and shared_width(a, b) > -60


def _runs(lines: Sequence[TextLine]) -> Iterable[list[TextLine]]:
    """Lines below one another with little white between."""
    run: list[TextLine] = []
    for line in lines:
        if run and not _follows(run, line):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _follows(run: Sequence[TextLine], line: TextLine) -> bool:
    before = run[-1]
    if line.box.page != before.box.page:
        return False
    if same_row(before, line):
        return line.box.x0 >= before.box.x0
    overlap = min(line.box.x1, max(r.box.x1 for r in run)) - max(
        line.box.x0, min(r.box.x0 for r in run)
    )
    gap = line.box.y0 - max(r.box.y1 for r in run[-3:])
    em = max(line.size, before.size)
    return overlap > 0 and -em < gap < _FARTHEST * em and line.box.y1 > before.box.y0


def _split(run: Sequence[TextLine], column: tuple[float, float]) -> Iterable[Block]:
    """The run's paragraphs, list items and equations."""
    left = _left_edge(run)
    right = max(line.box.x1 for line in run)
    gaps = [b.box.y0 - a.box.y1 for a, b in itertools.pairwise(run) if not same_row(a, b)]
    usual = median(gaps) if gaps else 0.0
    display = _display_rows(run, *column)
    current: list[TextLine] = []
    shown = False
    for at, line in enumerate(run):
        if current and (
            display[at] != shown
            or (not shown and _opens(run, at, current, left=left, right=right, usual=usual))
            or (shown and _next_equation(current, line))
        ):
            yield _block(current, shown=shown)
            current = []
        shown = display[at]
        current.append(line)
    if current:
        yield _block(current, shown=shown)


def _left_edge(run: Sequence[TextLine]) -> float:
    """Where the run's lines start; a lone line further out does not count."""
    starts = sorted(line.box.x0 for line in run)
    return starts[1] if len(starts) > 8 and starts[1] - starts[0] > 6 else starts[0]


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


def _opens(
    run: Sequence[TextLine],
    at: int,
    current: Sequence[TextLine],
    *,
    left: float,
    right: float,
    usual: float,
) -> bool:
    """Whether line ``at`` opens a new paragraph or list item."""
    line, before = run[at], run[at - 1]
    if same_row(before, line):
        return False
    em = line.size
    if line.box.y0 - before.box.y1 > max(usual, 0) + _EXTRA * em:
        # A tall formula pushes lines of one paragraph apart.
        full = right - before.box.x1 < _SHORT * (right - left)
        return not (full and line.text[0].islower()) or before.text.endswith(_STOPS)
    if _BULLET.match(line.text) and _is_item(line, before, current):
        return True
    if _BULLET.match(current[0].text):
        return line.box.x0 < current[0].box.x0 - 0.3 * em
    ended = before.text.endswith(_STOPS)
    indented = line.box.x0 - left > _INDENT * em and before.box.x0 - left < _INDENT * em
    if indented and line.box.x0 - left < 4 * em and (ended or len(current) > 1):
        return True
    return ended and right - before.box.x1 > _SHORT * (right - left)


def _is_item(line: TextLine, before: TextLine, current: Sequence[TextLine]) -> bool:
    """Whether a mark at the line's start is a list's, not the text's own."""
    if line.text[0] in "•◦▪‣∙●○■□➢":
        return True
    return before.text.endswith((*_STOPS, ";", ",")) and (
        bool(_BULLET.match(current[0].text)) or before.text.endswith((":", ".", ";"))
    )


def _block(lines: Sequence[TextLine], *, shown: bool) -> Block:
    if shown:
        return Block(Kind.EQUATION, tuple(lines), equation_label(lines))
    kind = Kind.LIST if _BULLET.match(lines[0].text) else Kind.PARAGRAPH
    return Block(kind, tuple(lines))

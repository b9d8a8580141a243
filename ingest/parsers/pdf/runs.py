"""Runs of lines below one another, and where in them a paragraph or list item begins."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import same_row

_INDENT, _DEEPEST = 0.7, 4.0  # em: a first line is moved in by something between
_EXTRA = 0.3  # em: more white than usual between two lines parts two paragraphs
_FARTHEST = 1.3  # em of white: more than that ends a run of lines
_SHORT = 0.12  # of the width: a line that ends so early may be a paragraph's last
_NEIGHBOURS = 3  # lines by which the width at one line is judged
STOPS = (".", "?", "!", ":", ".”", '."', ".)", "?)", "!)", ".’", "。")
"""What a paragraph ends with."""
_MARKS = "•◦▪‣∙●○■□➢"
_ITEM = re.compile(r"[•◦▪‣∙●○■□➢–*·-]\s+\S|\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)]\s+\S")


@dataclass(frozen=True, slots=True)
class Run:
    """Lines close below one another. ``usual`` is the white between most of them."""

    lines: tuple[TextLine, ...]
    left: float
    usual: float

    @classmethod
    def of(cls, lines: Sequence[TextLine]) -> Run:
        starts = sorted(line.box.x0 for line in lines)
        # A lone line further out does not make the edge.
        alone = len(starts) > 8 and starts[1] - starts[0] > 6
        pairs = itertools.pairwise(lines)
        gaps = [b.box.y0 - a.box.y1 for a, b in pairs if not same_row(a, b)]
        return cls(tuple(lines), starts[int(alone)], max(median(gaps), 0.0) if gaps else 0.0)

    def opens(self, at: int, current: Sequence[TextLine]) -> bool:
        """Whether line ``at`` opens a paragraph or item after the lines ``current``."""
        line, before = self.lines[at], self.lines[at - 1]
        if same_row(before, line):
            return False
        ended = before.text.endswith(STOPS)
        if line.box.y0 - before.box.y1 > self.usual + _EXTRA * line.size:
            # A tall formula pushes lines of one paragraph apart.
            return ended or self._is_short(at - 1) or not line.text[0].islower()
        if is_item(line) and _continues_list(line, before, current):
            return True
        if is_item(current[0]):
            return line.box.x0 < current[0].box.x0 - 0.3 * line.size
        if self._is_indented(at) and (ended or len(current) > 1):
            return True
        return ended and self._is_short(at - 1)

    def _is_indented(self, at: int) -> bool:
        em = self.lines[at].size
        before = self.lines[at - 1].box.x0 - self.left
        return before < _INDENT * em < self.lines[at].box.x0 - self.left < _DEEPEST * em

    def _is_short(self, at: int) -> bool:
        """Whether line ``at`` ends well before its neighbours."""
        near = self.lines[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
        right = max(line.box.x1 for line in near)
        return right - self.lines[at].box.x1 > _SHORT * (right - self.left)


def find_runs(lines: Iterable[TextLine]) -> Iterable[Run]:
    """The lines cut wherever one is not close below, or beside, the one before."""
    run: list[TextLine] = []
    for line in lines:
        if run and not _follows(run, line):
            yield Run.of(run)
            run = []
        run.append(line)
    if run:
        yield Run.of(run)


def is_item(line: TextLine) -> bool:
    """Whether the line starts with a list's mark or number."""
    return bool(_ITEM.match(line.text))


def _follows(run: Sequence[TextLine], line: TextLine) -> bool:
    before = run[-1]
    if line.box.page != before.box.page:
        return False
    if same_row(before, line):
        return line.box.x0 >= before.box.x0
    left, right = min(r.box.x0 for r in run), max(r.box.x1 for r in run)
    gap = line.box.y0 - max(r.box.y1 for r in run[-3:])
    em = max(line.size, before.size)
    beneath = line.box.x0 < right and line.box.x1 > left and line.box.y1 > before.box.y0
    return beneath and -em < gap < _FARTHEST * em


def _continues_list(line: TextLine, before: TextLine, current: Sequence[TextLine]) -> bool:
    """Whether a mark at the line's start is a list's, not the text's own."""
    same = is_item(current[0]) and line.text[0] == current[0].text[0]
    if line.text[0] in _MARKS or (same and not line.text[0].isalnum()):
        return True
    ends = (*STOPS, ";", ",") if is_item(current[0]) else (":", ".", ";")
    return before.text.endswith(ends)

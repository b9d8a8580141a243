"""Footnotes: small type at the foot of a column, opened by a mark or parted by a short rule."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.columns import side
from ingest.parsers.pdf.document import PdfDocument
from rag.types import Box

_MARK = re.compile(r"(?:(?P<number>\d{1,2})(?!\d|[.,–-]\d|[a-z]\b)\.?|[∗*†‡§¶♣♠♦⋄]+)\s?(?=\S)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL = 0.93  # of the body's size
_DEEPEST = 0.45  # of the page's height that footnotes may take


def find_footnotes(document: PdfDocument, candidates: Sequence[int]) -> list[tuple[int, ...]]:
    """The lines (indices out of ``candidates``) of each footnote."""
    columns: dict[tuple[int, int], list[int]] = {}
    before: TextLine | None = None
    column = 0
    for i in candidates:
        line = document.lines[i]
        # A paragraph's last line may be so short that it seems to stand in a column.
        if before is None or not _is_next(before, line):
            column = side(line.box, document.gutters[line.box.page - 1])
        columns.setdefault((line.box.page, column), []).append(i)
        before = line
    found: list[tuple[int, ...]] = []
    for (page, _), members in columns.items():
        found.extend(_notes(document, page, members))
    return sorted(found)


def _is_next(before: TextLine, line: TextLine) -> bool:
    """Whether the line follows directly under the one before, or beside it."""
    gap = line.box.y0 - before.box.y1
    return (
        line.box.page == before.box.page
        and abs(line.size - before.size) < 0.5
        and -1.5 * line.size < gap < 0.6 * line.size
        and line.box.x0 < before.box.x1
    )


def _notes(document: PdfDocument, page: int, column: list[int]) -> Iterable[tuple[int, ...]]:
    lines = document.lines
    graphics = document.graphics[page - 1]
    ordered = sorted(column, key=lambda i: (lines[i].box.y1, lines[i].box.x0))
    foot: list[int] = []
    for i in reversed(ordered):
        if lines[i].size > _SMALL * document.body_size:
            break
        foot.insert(0, i)
    ruled = _rule_above(lines, foot, graphics.rules)
    if ruled is not None:
        foot = foot[ruled:]
    if not foot or lines[foot[0]].box.y0 < (1 - _DEEPEST) * graphics.height:
        return
    starts = _starts([lines[i].text for i in foot])
    first = 0 if ruled is not None else next(iter(starts), len(foot))
    if first == len(foot):
        return
    bounds = sorted({first, *(n for n in starts if n > first), len(foot)})
    for begin, end in itertools.pairwise(bounds):
        if any(_WORD.search(lines[i].text) for i in foot[begin:end]):  # else a piece of a formula
            yield tuple(foot[begin:end])


def _starts(texts: Sequence[str]) -> list[int]:
    """Which lines open a note: by a sign, or by a number that is the next after the last."""
    starts: list[int] = []
    last: int | None = None
    for n, text in enumerate(texts):
        if mark := _MARK.match(text):
            number = int(mark["number"] or 0)
            if last is None or not number or number == last + 1:
                starts.append(n)
                last = number or last
    return starts


def _rule_above(lines: Sequence[TextLine], foot: Sequence[int], rules: Sequence[Box]) -> int | None:
    """Where in ``foot`` the notes start that stand under a short rule."""
    for n, i in enumerate(foot):
        box = lines[i].box
        for rule in rules:
            short = 30 < rule.x1 - rule.x0 < 220 and abs(rule.x0 - min(box.x0, rule.x0 + 20)) < 20
            above = lines[foot[n - 1]].box.y1 if n else 0.0
            if short and above - 2 < rule.y0 and 0 <= box.y0 - rule.y1 < 10:
                return n
    return None

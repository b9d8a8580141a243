"""Tells furniture from text: page headers and footers, page numbers, stamps, line numbers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.document import PageGraphics

_MARGIN = 0.11  # of the page's height: headers and footers stand in it
_EDGE = 2  # lines: furniture is among the outermost of its margin
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–— ]*(?:page )?(?:\d{1,4}|[ivxl]{1,6})(?: of \d+|/\d+)?[-–— ]*", re.I)
_LINE_NUMBER = re.compile(r"\d{1,4}")
_NOTICE = re.compile(
    r"^(?:published as a |under review as a |preprint\b|arxiv:\d|accepted (?:at|to|by) "
    r"|proceedings of (?:the )?\w|copyright (?:©|\(c\)|\d)|©|c⃝|\d+(?:st|nd|rd|th) conference on )",
    re.I,
)


def split_furniture(
    pages: Sequence[Sequence[TextLine]], graphics: Sequence[PageGraphics]
) -> tuple[list[list[TextLine]], list[TextLine]]:
    """Each page's lines without furniture, and the furniture."""
    repeated = _repeated(pages, graphics)
    body: list[list[TextLine]] = []
    furniture: list[TextLine] = []
    for lines, page in zip(pages, graphics, strict=True):
        numbers = _line_numbers(lines)
        outer = _outermost(lines, page)
        kept: list[TextLine] = []
        for line in lines:
            out = id(line) in numbers or (
                id(line) in outer and (_key(line) in repeated or _is_notice(line))
            )
            (furniture if out else kept).append(line)
        body.append(kept)
    return body, furniture


def _key(line: TextLine) -> tuple[str, int]:
    """What repeats from page to page: the words without numbers, and the height."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.box.y0 / 6)


def _in_margin(line: TextLine, page: PageGraphics) -> bool:
    return line.box.y1 < _MARGIN * page.height or line.box.y0 > (1 - _MARGIN) * page.height


def _outermost(lines: Sequence[TextLine], page: PageGraphics) -> set[int]:
    """The lines in the margins that have at most one row beyond them."""
    chosen: set[int] = set()
    for top in (True, False):
        margin = [
            line
            for line in lines
            if _in_margin(line, page) and (line.box.y1 < page.height / 2) == top
        ]
        rows = sorted({round(line.box.y0 / 4) for line in margin}, reverse=not top)[:_EDGE]
        chosen.update(id(line) for line in margin if round(line.box.y0 / 4) in rows)
    return chosen


def _repeated(
    pages: Sequence[Sequence[TextLine]], graphics: Sequence[PageGraphics]
) -> set[tuple[str, int]]:
    """Keys that stand in the margin of several pages."""
    counts: Counter[tuple[str, int]] = Counter()
    for lines, page in zip(pages, graphics, strict=True):
        counts.update({_key(line) for line in lines if _in_margin(line, page)})
    least = 2 if len(pages) < 8 else 3
    return {key for key, count in counts.items() if count >= least}


def _is_notice(line: TextLine) -> bool:
    """A page number, or a publisher's notice at the very edge."""
    return bool(_PAGE_NUMBER.fullmatch(line.text) or _NOTICE.match(line.text))


def _line_numbers(lines: Sequence[TextLine]) -> set[int]:
    """A reviewer's column of consecutive numbers down the margin."""
    columns: dict[int, list[TextLine]] = {}
    for line in lines:
        if _LINE_NUMBER.fullmatch(line.text):
            columns.setdefault(round(line.box.x1 / 6), []).append(line)
    found: set[int] = set()
    for column in columns.values():
        values = [int(line.text) for line in sorted(column, key=lambda line: line.box.y0)]
        steps = [b - a for a, b in itertools.pairwise(values)]
        if len(values) >= 15 and steps.count(1) >= 0.9 * len(steps):
            found.update(id(line) for line in column)
    return found

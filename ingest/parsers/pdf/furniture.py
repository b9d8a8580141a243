"""Tells furniture from text: page headers and footers, page numbers, stamps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.document import PageGraphics

_MARGIN, _EDGE_MARGIN = 0.15, 0.11  # of the page's height: what repeats, and what does not
_PARTS = 3  # pieces of a page's header; a row of more is a table's
_EDGE = 2  # rows of furniture at most, at the top and at the bottom
_SAME_ROW = 4.0  # points
_WHITE = 0.45  # em between furniture and text: rows of a table, or of a paragraph, have less
Row = list[TextLine]

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–— ]*(?:page )?(?:\d{1,4}|[ivxl]{1,6})(?: of \d+|/\d+)?[-–— ]*", re.I)
_NOTICE = re.compile(
    r"(?:published (?:as a|at|in) |under review as a |preprint\W*(?:under|work|submitted|$)"
    r"|arxiv:\S+v\d+\s+\[|accepted (?:at|to|by) |copyright (?:©|\(c\)|\d)|©|c⃝"
    r"|\d+(?:st|nd|rd|th) conference on )",
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
        outer = _outermost(lines, page)
        kept: list[TextLine] = []
        for line in lines:
            out = id(line) in outer and (
                _key(line) in repeated
                or (_is_notice(line) and _in_margin(line, page, _EDGE_MARGIN))
            )
            (furniture if out else kept).append(line)
        body.append(kept)
    return body, furniture


def _key(line: TextLine) -> tuple[str, int]:
    """What repeats from page to page: the words without numbers, and the height."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.box.y0 / 6)


def _in_margin(line: TextLine, page: PageGraphics, margin: float = _MARGIN) -> bool:
    return line.box.y1 < margin * page.height or line.box.y0 > (1 - margin) * page.height


def _outermost(lines: Sequence[TextLine], page: PageGraphics) -> set[int]:
    """The lines (by id) of the first and last rows, up to where white parts them from the text."""
    ordered = sorted(lines, key=lambda line: line.box.y0)
    rows: list[Row] = []
    for line in ordered:
        if rows and line.box.y0 - rows[-1][0].box.y0 < _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    top = _set_apart(rows, lambda row, inner: inner[0].box.y0 - row[0].box.y1)
    bottom = _set_apart(rows[::-1], lambda row, inner: row[0].box.y0 - inner[0].box.y1)
    return {id(line) for row in (*top, *bottom) for line in row if _in_margin(line, page)}


def _set_apart(rows: Sequence[Row], gap: Callable[[Row, Row], float]) -> Sequence[Row]:
    """The first rows, two at most, that have white before the next."""
    for count in (2, 1):
        if any(len(row) > _PARTS for row in rows[:count]):
            continue
        if len(rows) > count and gap(rows[count - 1], rows[count]) > _WHITE * rows[0][0].size:
            return rows[:count]
    return rows[:_EDGE] if len(rows) <= _EDGE else []


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

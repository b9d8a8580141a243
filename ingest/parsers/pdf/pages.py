"""A page with its lines and columns: what the search for floats and formulas looks at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.parsers.pdf.columns import side
from ingest.parsers.pdf.document import PageGraphics, PdfDocument
from rag.types import Box

_RUNNING = 0.8  # of the column: a line of running text is at least so wide
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z](?:\.\d{1,2})+|[IVX]+)\.?\s+[A-Z]{2}|"
    r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z](?:\.\d{1,2})*)\.?\s+[A-Z][a-z]"
)
_BODY_FONT = 0.04  # of the characters: fonts used so much set running text

Edges = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PageView:
    """``members`` index the document's ``lines``; ``columns`` maps a side to its two edges."""

    lines: Sequence[TextLine]
    members: tuple[int, ...]
    graphics: PageGraphics
    gutter: float | None
    columns: dict[int, Edges]
    body_size: float
    body_fonts: frozenset[str]

    def column(self, box: Box) -> Edges:
        """The left and right edge of the column, or of the page, that the box stands in."""
        return self.columns[side(box, self.gutter)]

    def is_running(self, line: TextLine) -> bool:
        """Whether the line fills its column with words in the body's size."""
        left, right = self.column(line.box)
        wide = line.box.x1 - line.box.x0 > _RUNNING * (right - left)
        if not wide or len(line.text) <= 25 or abs(line.size - self.body_size) >= 0.7:
            return False
        return sum(c.isalpha() for c in line.text) > 0.6 * len(line.text)

    def is_heading(self, line: TextLine) -> bool:
        """Whether the line looks like a section's heading: larger, or numbered and set off."""
        if line.size < self.body_size - 0.4:
            return False
        set_off = line.bold or line.small_caps or line.text.isupper()
        larger = line.size > self.body_size + 0.6 and set_off
        return larger or (set_off and bool(_NUMBERED.match(line.text)))


def page_views(document: PdfDocument) -> Iterable[PageView]:
    """The pages that have lines, in order."""
    members: dict[int, list[int]] = {}
    for at, line in enumerate(document.lines):
        members.setdefault(line.box.page, []).append(at)
    fonts = _body_fonts(document.lines)
    for graphics, gutter in zip(document.graphics, document.gutters, strict=True):
        inside = tuple(members.get(graphics.page, ()))
        if inside:
            columns = _columns([document.lines[i] for i in inside], gutter)
            yield PageView(
                document.lines, inside, graphics, gutter, columns, document.body_size, fonts
            )


def _body_fonts(lines: Iterable[TextLine]) -> frozenset[str]:
    weights: Counter[str] = Counter()
    for line in lines:
        weights[line.font] += len(line.text)
    least = _BODY_FONT * weights.total()
    return frozenset(font for font, weight in weights.items() if weight >= least)


def _columns(lines: Sequence[TextLine], gutter: float | None) -> dict[int, Edges]:
    """Edges of the page (0) and of its left and right column (1 and 2), by where text stands."""
    page = min(line.box.x0 for line in lines), max(line.box.x1 for line in lines)
    if gutter is None:
        return dict.fromkeys((0, 1, 2), page)
    columns = {0: page, 1: (page[0], gutter), 2: (gutter, page[1])}
    for column in (1, 2):
        boxes = [line.box for line in lines if side(line.box, gutter) == column]
        if boxes:
            columns[column] = min(b.x0 for b in boxes), max(b.x1 for b in boxes)
    return columns

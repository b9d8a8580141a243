"""Floats: which lines belong to a table, a figure or an algorithm, and not to the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.parsers.pdf.captions import Caption, find_captions
from ingest.parsers.pdf.document import PageGraphics, PdfDocument
from rag.types import Box, Kind

_NEAR = 45.0  # points from a caption to the first rule of its float
_STEP = 2.6  # of the size: rows of one table are no further apart
_RUNNING = 0.8  # of the column: a line of running text is at least so wide
_PROSE = 28  # characters: shorter lines in a picture are labels


@dataclass(frozen=True, slots=True)
class Float:
    """Indices of the caption's lines and of the lines above or below that it names."""

    kind: Kind
    label: str
    caption: tuple[int, ...]
    body: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's lines (indices) and geometry."""

    lines: Sequence[TextLine]
    members: tuple[int, ...]
    graphics: PageGraphics
    gutter: float | None
    body_size: float
    edges: tuple[float, float]

    def column(self, box: Box) -> tuple[float, float]:
        """The left and right edge of the column, or of the page, that the box stands in."""
        left, right = self.edges
        if self.gutter is None or box.x0 + 3 < self.gutter < box.x1 - 3:
            return left, right
        return (left, self.gutter) if box.x1 - 3 <= self.gutter else (self.gutter, right)


def find_floats(document: PdfDocument) -> tuple[list[Float], set[int]]:
    """The floats in reading order, and the other lines that are mere labels in a picture."""
    captions = find_captions(document.lines, document.body_size)
    floats: list[Float] = []
    labels: set[int] = set()
    for page in _pages(document):
        here = [c for c in captions if page.graphics.page == document.lines[c.lines[0]].box.page]
        taken = {i for caption in here for i in caption.lines}
        # Tables and algorithms have rules to go by; what is left near a picture is the figure's.
        for caption in sorted(here, key=lambda c: c.kind is Kind.FIGURE):
            body = _body(page, caption, taken)
            taken.update(body)
            floats.append(Float(caption.kind, caption.label, caption.lines, body))
        labels.update(_labels(page, taken, here))
    return sorted(floats, key=lambda f: f.caption), labels


def _pages(document: PdfDocument) -> Iterable[_Page]:
    members: dict[int, list[int]] = {}
    for at, line in enumerate(document.lines):
        members.setdefault(line.box.page, []).append(at)
    for graphics, gutter in zip(document.graphics, document.gutters, strict=True):
        inside = tuple(members.get(graphics.page, ()))
        if inside:
            boxes = [document.lines[i].box for i in inside]
            edges = min(b.x0 for b in boxes), max(b.x1 for b in boxes)
            yield _Page(document.lines, inside, graphics, gutter, document.body_size, edges)


def _body(page: _Page, caption: Caption, taken: set[int]) -> tuple[int, ...]:
    box = _around(page.lines[i].box for i in caption.lines)
    if caption.kind is Kind.FIGURE:
        return _figure_body(page, box, taken)
    below = _ruled(page, box, taken, down=True) or _rows(page, box, taken, down=True)
    if caption.kind is Kind.ALGORITHM:
        return below
    above = _ruled(page, box, taken, down=False) or _rows(page, box, taken, down=False)
    return max(above, below, key=len)


def _around(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    return Box(
        found[0].page,
        min(b.x0 for b in found),
        min(b.y0 for b in found),
        max(b.x1 for b in found),
        max(b.y1 for b in found),
    )


def _ruled(page: _Page, caption: Box, taken: set[int], *, down: bool) -> tuple[int, ...]:
    """The lines between the first and the last rule of the stack next to the caption."""
    rules = [r for r in page.graphics.rules if r.x1 - r.x0 > 40 and _across(r, caption) > 0]
    stack = [r for r in rules if (r.y0 > caption.y1 - 2 if down else r.y1 < caption.y0 + 2)]
    stack.sort(key=lambda r: r.y0, reverse=not down)
    if not stack or _distance(stack[0], caption) > _NEAR:
        return ()
    limit = _next_caption(page, caption, taken, down=down)
    first = stack[0]
    same = [r for r in stack if abs(r.x0 - first.x0) < 6 and abs(r.x1 - first.x1) < 6]
    same = [r for r in same if (r.y0 < limit if down else r.y0 > limit)]
    if len(same) < 2:
        return ()
    top, bottom = min(r.y0 for r in same), max(r.y1 for r in same)
    frame = Box(first.page, first.x0 - 4, top - 2, first.x1 + 4, bottom + 2)
    inside = tuple(i for i in page.members if i not in taken and _inside(page.lines[i].box, frame))
    return inside if not _is_text(page, inside) else ()


def _is_text(page: _Page, inside: Sequence[int]) -> bool:
    """Whether two rules far apart merely enclose paragraphs."""
    wide = sum(_is_running(page, page.lines[i]) for i in inside)
    return wide > 12 and wide > 0.6 * len(inside)


def _next_caption(page: _Page, caption: Box, taken: set[int], *, down: bool) -> float:
    """The y of the nearest other caption in the same column: no float reaches past it."""
    others = [page.lines[i].box for i in taken if _across(page.lines[i].box, caption) > 0]
    if down:
        return min((b.y0 for b in others if b.y0 > caption.y1), default=page.graphics.height)
    return max((b.y1 for b in others if b.y1 < caption.y0), default=0.0)


def _rows(page: _Page, caption: Box, taken: set[int], *, down: bool) -> tuple[int, ...]:
    """Rows next to the caption that look like a table's: small, short or of several cells."""
    left, right = page.column(caption)
    near = [
        i
        for i in page.members
        if i not in taken
        and left - 3 <= (page.lines[i].box.x0 + page.lines[i].box.x1) / 2 <= right + 3
        and (
            page.lines[i].box.y0 > caption.y1 - 2 if down else page.lines[i].box.y1 < caption.y0 + 2
        )
    ]
    near.sort(key=lambda i: page.lines[i].box.y0, reverse=not down)
    found: list[int] = []
    edge = caption.y1 if down else caption.y0
    for i in near:
        line = page.lines[i]
        gap = line.box.y0 - edge if down else edge - line.box.y1
        if gap > _STEP * line.size or _is_running(page, line) or _is_heading(page, line):
            break
        found.append(i)
        edge = max(edge, line.box.y1) if down else min(edge, line.box.y0)
    return tuple(sorted(found))


def _is_heading(page: _Page, line: TextLine) -> bool:
    return line.size > page.body_size + 0.6 or (line.bold and line.text[:1].isdigit())


def _is_running(page: _Page, line: TextLine) -> bool:
    """Whether the line fills its column with words in the body's size."""
    left, right = page.column(line.box)
    wide = line.box.x1 - line.box.x0 > _RUNNING * (right - left)
    letters = sum(c.isalpha() for c in line.text) > 0.6 * len(line.text)
    return wide and letters and len(line.text) > 25 and abs(line.size - page.body_size) < 0.7


def _figure_body(page: _Page, caption: Box, taken: set[int]) -> tuple[int, ...]:
    """Sentences inside the picture above (or else below) the caption; labels are left out."""
    picture = _picture(page, caption)
    if picture is None:
        return ()
    inside = [i for i in page.members if i not in taken and _inside(page.lines[i].box, picture)]
    return tuple(i for i in inside if len(page.lines[i].text) >= _PROSE)


def _picture(page: _Page, caption: Box) -> Box | None:
    """The frame around the drawings above, or else below, the caption."""
    pictures = [p for p in page.graphics.pictures if _across(p, caption) > 0]
    near = [p for p in pictures if _distance(p, caption) < _NEAR]
    above = [p for p in near if p.y0 < caption.y0]
    chosen = above or [p for p in near if p.y0 > caption.y0]
    return _around(chosen) if chosen else None


def _labels(page: _Page, taken: set[int], captions: Iterable[Caption]) -> set[int]:
    """Lines in, or beside, pictures that are not running text."""
    frames = [Box(p.page, p.x0 - 8, p.y0 - 10, p.x1 + 8, p.y1 + 10) for p in page.graphics.pictures]
    for caption in captions:
        box = _around(page.lines[i].box for i in caption.lines)
        picture = _picture(page, box) if caption.kind is Kind.FIGURE else None
        if picture is not None:
            left, right = page.column(box)
            top, bottom = min(picture.y0, box.y1) - 10, max(picture.y1, box.y0)
            frames.append(Box(box.page, left, top, right, bottom))
    return {
        i
        for i in page.members
        if i not in taken
        and _is_label(page, page.lines[i])
        and any(_inside(page.lines[i].box, frame) for frame in frames)
    }


def _is_label(page: _Page, line: TextLine) -> bool:
    small = line.size < 0.8 * page.body_size
    return not _is_running(page, line) and (small or len(line.text) < _PROSE)


def _inside(box: Box, frame: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return frame.x0 <= x <= frame.x1 and frame.y0 <= y <= frame.y1


def _across(a: Box, b: Box) -> float:
    """By how much the two overlap from left to right."""
    return min(a.x1, b.x1) - max(a.x0, b.x0)


def _distance(a: Box, b: Box) -> float:
    """The white space between the two from top to bottom; 0 if they overlap."""
    return max(a.y0 - b.y1, b.y0 - a.y1, 0.0)

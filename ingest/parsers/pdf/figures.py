"""Figures: what is drawn, and which lines are only labels in it."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import around, centre_in, distance_down, grown, shared_width
from ingest.parsers.pdf.pages import PageView
from rag.types import Box

_NEAR = 45.0  # points from a caption to its picture
_STACKED = 80.0  # points between the rows of pictures of one figure
_PAST = 10.0  # points by which a picture may stand out of its column
_PROSE = 28  # characters: shorter lines in a picture are labels
_SMALL = 0.8  # of the body's size


def figure_body(page: PageView, caption: Box, taken: set[int]) -> tuple[int, ...]:
    """Sentences inside the picture above (or else below) the caption; labels are left out."""
    picture = find_picture(page, caption)
    if picture is None:
        return ()
    inside = (i for i in page.members if i not in taken)
    return tuple(
        i
        for i in inside
        if centre_in(page.lines[i].box, picture)
        and not _is_label(page, page.lines[i])
        and not page.is_heading(page.lines[i])
    )


def picture_labels(page: PageView, taken: set[int], captions: Iterable[Box]) -> set[int]:
    """Lines in, or beside, pictures that are not running text. ``captions`` are figures'."""
    frames = [grown(picture, 8, 10) for picture in page.graphics.pictures]
    for caption in captions:
        picture = find_picture(page, caption)
        if picture is not None:
            frames.append(_surroundings(page, around((picture, caption))))
    return {
        i
        for i in page.members
        if i not in taken
        and _is_label(page, page.lines[i])
        and any(centre_in(page.lines[i].box, frame) for frame in frames)
    }


def find_picture(page: PageView, caption: Box) -> Box | None:
    """The frame around the drawings above, or else below, the caption."""
    left, right = page.column(caption)
    pictures = [
        Box(p.page, max(p.x0, left - _PAST), p.y0, min(p.x1, right + _PAST), p.y1)
        for p in page.graphics.pictures
        if shared_width(p, caption) > 0
    ]
    near = [p for p in pictures if distance_down(p, caption) < _NEAR]
    above = [p for p in near if p.y0 < caption.y0]
    if not above:
        below = [p for p in near if p.y0 > caption.y0]
        return around(below) if below else None
    frame = around(above)
    for picture in reversed(pictures):
        gap = Box(frame.page, frame.x0, picture.y1, frame.x1, frame.y0)
        if 0 <= gap.y1 - gap.y0 < _STACKED and not _holds_text(page, gap):
            frame = around((frame, picture))
    return frame


def _holds_text(page: PageView, gap: Box) -> bool:
    """Whether running text, or a caption, stands in the gap or reaches into it."""
    return any(
        len(page.lines[i].text) >= _PROSE
        and gap.y0 < (page.lines[i].box.y0 + page.lines[i].box.y1) / 2 < gap.y1
        and shared_width(page.lines[i].box, gap) > 0
        for i in page.members
    )


def _surroundings(page: PageView, figure: Box) -> Box:
    """The figure's frame, as wide as its column unless text runs beside it."""
    left, right = page.column(figure)
    wide = Box(figure.page, left, figure.y0 - 10, right, figure.y1)
    beside = [
        page.lines[i]
        for i in page.members
        if centre_in(page.lines[i].box, wide) and not centre_in(page.lines[i].box, figure)
    ]
    return grown(figure, 15, 10) if any(len(line.text) > _PROSE for line in beside) else wide


def _is_label(page: PageView, line: TextLine) -> bool:
    """Whether a line at a picture is one of its labels, not text that is printed over it."""
    if page.is_running(line) or page.is_heading(line):
        return False
    foreign = line.font not in page.body_fonts and len(line.text) < 2 * _PROSE
    return len(line.text) < _PROSE or foreign or line.size < _SMALL * page.body_size

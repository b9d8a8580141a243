"""A page of a PDF as a picture, with what was found on it framed and named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.parsers.pdf.drawing import Rectangle, bounded
from ingest.parsers.pdf.mupdf import load_engine, opened, upright

HEADING = "heading"
Colour = tuple[float, float, float]
COLOURS: dict[str, Colour] = {
    "paragraph": (0.25, 0.45, 0.85),
    "list": (0.0, 0.6, 0.65),
    "table": (0.05, 0.55, 0.15),
    "figure": (0.9, 0.5, 0.0),
    "equation": (0.6, 0.2, 0.75),
    "algorithm": (0.55, 0.35, 0.15),
    "footnote": (0.45, 0.45, 0.45),
    "reference": (0.35, 0.6, 0.85),
    HEADING: (0.85, 0.1, 0.15),
}
_OTHER = (0.2, 0.2, 0.2)
_NAME_SIZE = 5.5  # points
_NAME_HEIGHT = 7.0
_SHORT = 14  # points
_EDGE = 6.0
_WIDTH = 0.8
_WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle to frame, in the colour of its ``kind``, and the ``name`` to put at it."""

    box: Rectangle
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's number, as printed, and title, to be looked for."""

    number: str
    title: str


def draw_marks(
    path: Path, number: int, scale: float, marks: Sequence[Mark], headings: Sequence[Heading]
) -> bytes:
    """Page ``number`` (from 1) as PNG, ``scale`` pixels a point, with ``marks`` framed.

    ``headings`` are looked for on the page, outside of the marks, and framed where they stand.
    Raises SourceError, MemoryError.
    """
    mupdf = load_engine()
    with opened(path) as document, mupdf.open() as canvas:
        page = document[number - 1]
        upright(page)
        scale = bounded(page.rect.width, page.rect.height, scale)
        drawn = page.get_pixmap(matrix=mupdf.Matrix(scale, scale), colorspace="rgb", annots=False)
        sheet = canvas.new_page(width=page.rect.width, height=page.rect.height)
        sheet.insert_image(sheet.rect, pixmap=drawn)
        framed = [*marks, *_headings(page, headings, marks)]
        for mark in framed:
            _frame(sheet, mark)
        _explain(sheet, {mark.kind for mark in framed})
        picture = sheet.get_pixmap(matrix=mupdf.Matrix(scale, scale), colorspace="rgb")
        png: bytes = picture.tobytes("png")
        return png


def _headings(page: Any, headings: Sequence[Heading], marks: Sequence[Mark]) -> Iterator[Mark]:
    """Where each heading stands: what is searched for may stand in the text as well."""
    for heading in headings:
        wholes = [f"{heading.number}{dot} {heading.title}" for dot in ("", ".")]
        for words in (*(wholes if heading.number else ()), heading.title):
            free = [box for box in page.search_for(words) if not _covered(box, marks)]
            if free:
                name = f"section {heading.number}".strip()
                yield Mark(tuple(_first(free)), HEADING, name)
                break


def _first(found: Sequence[Any]) -> Any:
    """The first place, with the lines that it goes on in: each is a box of its own."""
    whole = found[0]
    for box in found[1:]:
        if box.y0 - whole.y1 > box.height:
            break
        whole = whole | box
    return whole


def _covered(box: Any, marks: Sequence[Mark]) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(m.box[0] <= x <= m.box[2] and m.box[1] <= y <= m.box[3] for m in marks)


def _explain(sheet: Any, kinds: Collection[str]) -> None:
    """Says at the top which colour is which kind's."""
    left = _EDGE
    for kind in (*COLOURS, *sorted(set(kinds).difference(COLOURS))):
        if kind in kinds:
            left = _name(sheet, left, _EDGE, kind, COLOURS.get(kind, _OTHER)) + 2


def _name(sheet: Any, left: float, top: float, name: str, colour: Colour) -> float:
    """Writes ``name`` on its colour; where that ends to the right."""
    mupdf = load_engine()
    right = left + _length(name)
    label = mupdf.Rect(left, top, right, top + _NAME_HEIGHT)
    sheet.draw_rect(label, color=colour, fill=colour, width=0.2)
    at = (label.x0 + 1, label.y1 - 1.8)
    sheet.insert_text(at, name, fontsize=_NAME_SIZE, fontname="helv", color=_WHITE)
    return right


def _length(name: str) -> float:
    return float(load_engine().get_text_length(name, "helv", _NAME_SIZE)) + 2


def _frame(sheet: Any, mark: Mark) -> None:
    mupdf = load_engine()
    colour = COLOURS.get(mark.kind, _OTHER)
    box = mupdf.Rect(*mark.box).normalize()
    if box.is_empty or box.is_infinite:
        return
    sheet.draw_rect(box, color=colour, fill=colour, fill_opacity=0.06, width=_WIDTH)
    width = _length(mark.name)
    # Where it hides least: in the margin if it is short, else over the box.
    if width < _SHORT:
        left, top = max(box.x0 - width - 0.5, 0), box.y0
    else:
        left, top = box.x0, max(box.y0 - _NAME_HEIGHT + 0.5, 0)
    _name(sheet, left, top, mark.name, colour)

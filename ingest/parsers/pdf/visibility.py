"""Text that is in the file, but that nobody sees on the page.

Whoever hides words there wants programs to read what people don't. What counts as seen errs on the
side of showing: text over a picture, a shading or any dark area may be read against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.parsers.pdf.drawings import Area

NEAR_WHITE = 0xF0
"""Of each of red, green and blue, from which on a colour can't be told from paper."""

_FAINT = 13  # of 255: what is more transparent can't be made out
_TINY = 2.0  # points
_NARROW = 1.0  # points a character: fonts of bitmaps give no true size, but they give widths
_FRAME = 40.0  # points: an outline round more is a frame, with the page's own paper in it
_SCAN = 0.5  # of the page that pictures cover, from which on unseen text over them is OCR's


@dataclass(frozen=True, slots=True)
class Ground:
    """What text on a page may stand on: ``areas`` that are not white, and ``pictures``, which
    cover the share ``covered`` of it.
    """

    areas: Sequence[Area]
    pictures: Sequence[Area]
    covered: float

    def is_dark_at(self, x: float, y: float) -> bool:
        """Whether something is there that white shows on."""
        return any(a.x0 <= x <= a.x1 and a.y0 <= y <= a.y1 for a in (*self.areas, *self.pictures))

    def is_scan_at(self, x: float, y: float) -> bool:
        """Whether a picture is there that text may be a transcript of."""
        over = any(a.x0 <= x <= a.x1 and a.y0 <= y <= a.y1 for a in self.pictures)
        return over and self.covered >= _SCAN


def grounds(blocks: Iterable[dict[str, Any]]) -> list[Area]:
    """The filled areas that are not white, and what is so narrow that its outline fills it."""
    found = []
    for block in blocks:
        x0, y0, x1, y1 = block["bbox"]
        solid = not block["stroked"] or min(x1 - x0, y1 - y0) <= _FRAME
        if solid and block["alpha"] > _FAINT and not is_white(block["color"]):
            found.append(Area(x0, y0, x1, y1))
    return found


def is_white(colour: int) -> bool:
    """Whether an sRGB colour can't be told from paper."""
    return all((colour >> shift) & 0xFF >= NEAR_WHITE for shift in (0, 8, 16))


def is_seen(span: dict[str, Any], ground: Ground) -> bool:
    """Whether a reader sees the span (of the engine's) on the page.

    What has no letter always is: it can't mislead, and labels of charts stand on patterns that the
    engine does not tell.
    """
    x0, y0, x1, y1 = span["bbox"]
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    if not any(map(str.isalpha, span["text"])):
        return True
    if span["alpha"] < _FAINT:
        return ground.is_scan_at(*middle)
    if span["size"] < _TINY and y1 - y0 < 2 * _TINY and x1 - x0 < _NARROW * len(span["text"]):
        return False
    return not is_white(span["color"]) or ground.is_dark_at(*middle)


def may_be_hidden(span: dict[str, Any]) -> bool:
    """Whether it is worth asking what it stands on: of most pages nothing is."""
    return span["alpha"] < _FAINT or span["size"] < _TINY or is_white(span["color"])


def without_hidden(
    blocks: Sequence[dict[str, Any]], ground: Ground
) -> tuple[list[dict[str, Any]], int]:
    """The blocks of text with what is seen of their lines, and how many characters are not.

    Lines keep their places in their blocks.
    """
    hidden = 0
    kept = []
    for block in blocks:
        lines = []
        for line in block.get("lines", ()):
            seen = [span for span in line["spans"] if is_seen(span, ground)]
            unseen = sum(len(s["text"].strip()) for s in line["spans"]) - sum(
                len(s["text"].strip()) for s in seen
            )
            hidden += unseen
            lines.append({**line, "spans": seen} if unseen else line)
        kept.append({**block, "lines": lines} if "lines" in block else block)
    return kept, hidden

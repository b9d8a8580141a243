"""Reads by OCR the pages that have no text of their own, or none that can be read.

What is seen there becomes fragments as they come from other pages, with boxes in points, so that
columns, headings and citations are found in the same way. Type has a size there, but no face.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from ingest.fences import grant
from ingest.layout import Word
from ingest.parsers.pdf.document import Fragment, PageGraphics, RawDocument, RawPage
from ingest.parsers.pdf.drawing import bounded
from ingest.parsers.pdf.ink import drawn_on
from ingest.parsers.pdf.mupdf import load_engine, opened, upright
from ingest.parsers.pdf.recognition import MOST_PIXELS, Seen, recognise
from ingest.parsers.pdf.scans import garbled, scans

SCALE = 200 / 72
"""Pixels a point: 200 dots an inch."""

_FONT = "OCR"
_PICTURE = 0.3  # of the page: a scan may have margins
_SAME_SIZE = 1.2  # heights of lines differ by so much for their letters alone
_WORDS = 6  # letters
_TALL = 1.25  # a line whose letters hang below the baseline is so much taller than one without
_HANGING = frozenset("gjpqyQ()[]{},;/|$@")
_DESCENT = 0.22  # em that letters hang below the baseline, as `Fragment` has its lower edge


def with_ocr(path: Path, raw: RawDocument, page_s: float) -> RawDocument:
    """The document with such pages read; each gives the file ``page_s`` seconds more.

    Raises SourceError, MemoryError.
    """
    pictures, unread = scans(raw), garbled(raw)
    numbers = sorted({*pictures, *unread})
    if not numbers:
        return raw
    grant(page_s * len(numbers))
    with opened(path) as document:
        seen = {number: _seen(document[number - 1], number) for number in numbers}
    sizes = _sizes([line for lines, _ in seen.values() for line in lines])
    pages = list(raw.pages)
    for number, (lines, drawn) in seen.items():
        page = pages[number - 1]
        kept = page.fragments if number in pictures else ()
        if lines and page.covered > _PICTURE:  # the text stands in it: it is no figure as a whole
            page = replace(page, graphics=drawn)
        pages[number - 1] = _read(page, kept, lines, sizes)
    return replace(raw, pages=tuple(pages))


def _seen(page: Any, number: int) -> tuple[list[Seen], PageGraphics]:
    """The lines on the page, in points, and its figures."""
    upright(page)
    width, height = page.rect.width, page.rect.height
    scale = bounded(width, height, SCALE, MOST_PIXELS)
    matrix = load_engine().Matrix(scale, scale)
    drawn = page.get_pixmap(matrix=matrix, colorspace="rgb", annots=False)
    pixels = np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, 3)
    lines = recognise(pixels)
    figures = drawn_on(pixels, lines, PageGraphics(number, width, height))
    across, down = drawn.width / width, drawn.height / height
    return [_in_points(line, across, down) for line in lines], figures


def _in_points(line: Seen, across: float, down: float) -> Seen:
    words = tuple(Word(word.text, word.x0 / across, word.x1 / across) for word in line.words)
    return Seen(
        line.text, line.x0 / across, line.y0 / down, line.x1 / across, line.y1 / down, words
    )


def _sizes(lines: Sequence[Seen]) -> list[float]:
    """The sizes of type there are, from the body's to the largest, each once.

    Lines of one size are seen a little higher or lower, by their letters.
    """
    heights = sorted((_height(line), len(line.text)) for line in lines)
    if not heights:
        return [10.0]
    totals = list(accumulate(count for _, count in heights))
    body = heights[bisect_left(totals, totals[-1] / 2)][0]
    larger: list[float] = []
    for height in sorted(map(_height, filter(_is_prose, lines)), reverse=True):
        if height > body * _SAME_SIZE and (not larger or height < larger[-1] / _SAME_SIZE):
            larger.append(height)
    return [body, *reversed(larger)]


def _size(height: float, sizes: Sequence[float]) -> float:
    body, *larger = sizes
    if body / _SAME_SIZE < height <= body * _SAME_SIZE:
        return body
    return next((size for size in larger if size / _SAME_SIZE <= height <= size), height)


def _is_prose(line: Seen) -> bool:
    """Whether there are words in it: signs of formulas are of any height."""
    return sum(map(str.isalpha, line.text)) > _WORDS


def _height(line: Seen) -> float:
    """What the line's height would be if letters hung below its baseline: its size, about."""
    return (line.y1 - line.y0) * (1.0 if _hangs(line) else _TALL)


def _hangs(line: Seen) -> bool:
    return not _HANGING.isdisjoint(line.text)


def _read(
    page: RawPage, kept: Sequence[Fragment], lines: Sequence[Seen], sizes: Sequence[float]
) -> RawPage:
    """The page with what was seen, except where text stands that is kept."""
    own = [line for line in lines if _is_across(line) and not any(_over(line, f) for f in kept)]
    first = max((fragment.block for fragment in kept), default=-1) + 1
    found = (_fragment(line, sizes, block) for block, line in enumerate(own, first))
    return replace(page, fragments=(*kept, *found), by_ocr=True)


def _is_across(line: Seen) -> bool:
    """Whether it runs across the page; a turned one can't be told by its letters."""
    return len(line.text) < 4 or line.x1 - line.x0 > line.y1 - line.y0


def _over(line: Seen, fragment: Fragment) -> bool:
    across = min(line.x1, fragment.x1) - max(line.x0, fragment.x0)
    down = min(line.y1, fragment.bottom) - max(line.y0, fragment.top)
    return across > 0 and down > 0.3 * (line.y1 - line.y0)


def _fragment(line: Seen, sizes: Sequence[float], block: int) -> Fragment:
    size = _size(_height(line), sizes)
    hanging = _DESCENT * size if _hangs(line) else 0.0
    return Fragment(
        text=line.text.strip(),
        x0=line.x0,
        x1=line.x1,
        baseline=line.y1 - hanging,
        size=round(2 * size) / 2,
        font=_FONT,
        bold=False,
        italic=False,
        block=block,
        words=line.words,
    )

"""A page of a PDF as a picture, with what was cited marked on it. The file is only read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.pdf.mupdf import load_engine, opened, upright
from rag.errors import NoSuchPage, SourceError

MOST_PIXELS = 16_000_000
"""A larger page (a poster) is drawn at a smaller scale. A4 at 3 has 4.5 million."""

YELLOW = (255, 235, 90)
"""The ink is multiplied by it, as a marker pen does: black stays black."""

Rectangle = tuple[float, float, float, float]
"""``x0, y0, x1, y1`` in points from the top left of the page as it is read."""


def draw_page(
    path: Path,
    number: int,
    scale: float,
    boxes: Sequence[Rectangle],
    clip: Rectangle | None = None,
) -> bytes:
    """Page ``number`` (from 1), or just ``clip``, as PNG, ``scale`` pixels a point.

    Annotations are not shown, as they are not read. Raises NoSuchPage, SourceError, MemoryError.
    """
    with opened(path) as document:
        count = len(document)
        if not 1 <= number <= count:
            raise NoSuchPage(str(path), f"no page {number}: its pages are 1 to {count}")
        page = document[number - 1]
        upright(page)
        mupdf = load_engine()
        shown = page.rect if clip is None else page.rect & mupdf.Rect(clip)
        scale = bounded(shown.width, shown.height, scale)
        # In colour even where the page is not: the marks are.
        drawn = page.get_pixmap(
            matrix=mupdf.Matrix(scale, scale), colorspace="rgb", annots=False, clip=shown
        )
        x, y = shown.x0, shown.y0
        moved = [(box[0] - x, box[1] - y, box[2] - x, box[3] - y) for box in boxes]
        return _png(_marked(drawn, moved, scale) if boxes else drawn)


def bounded(width: float, height: float, scale: float, pixels: int = MOST_PIXELS) -> float:
    """``scale``, or what of it a page of that many points can be drawn at. Raises SourceError."""
    area = width * height
    if not (area > 0 and math.isfinite(area)):
        raise SourceError("page", f"can't be drawn: it measures {width:g} x {height:g} points")
    return min(scale, math.sqrt(pixels / area))


def _marked(drawn: Any, boxes: Sequence[Rectangle], scale: float) -> Any:
    shape = drawn.height, drawn.width
    pixels = np.frombuffer(drawn.samples, np.uint8).reshape(*shape, 3).copy()
    mask = _mask(shape, boxes, scale)
    pixels[mask] = pixels[mask] * np.array(YELLOW, np.uint16) // 255
    made = load_engine()
    return made.Pixmap(made.csRGB, drawn.width, drawn.height, pixels.tobytes(), 0)


def _mask(shape: tuple[int, int], boxes: Sequence[Rectangle], scale: float) -> NDArray[np.bool_]:
    """Which pixels are marked: once, however many boxes lie there."""
    mask = np.zeros(shape, np.bool_)
    for box in boxes:
        left, right = _range(box[0], box[2], scale, shape[1])
        top, bottom = _range(box[1], box[3], scale, shape[0])
        mask[top:bottom, left:right] = True
    return mask


def _range(one: float, other: float, scale: float, size: int) -> tuple[int, int]:
    low, high = (min(max(edge * scale, 0.0), size) for edge in sorted((one, other)))
    return math.floor(low), math.ceil(high)


def _png(drawn: Any) -> bytes:
    png: bytes = drawn.tobytes("png")
    return png

"""What is drawn on a scan besides its type: figures, told by their ink."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.parsers.pdf.document import PageGraphics
from ingest.parsers.pdf.drawings import Area, page_graphics
from ingest.parsers.pdf.recognition import Pixels, Seen
from rag.types import Box

_DARK = 128  # of 255
_CELL = 8.0  # points
_INKED = 0.03  # of a cell: less is dust
_PAD = 0.2  # of a line's height: ink so near to it is the line's
_LEAST_WIDTH, _LEAST_HEIGHT = 60.0, 40.0  # points: what is smaller may be a formula's large signs
_MOST = 0.8  # of the page: what covers more is its background


def drawn_on(pixels: Pixels, lines: Sequence[Seen], graphics: PageGraphics) -> PageGraphics:
    """The page with the areas of its figures. ``lines`` are in pixels; sizes are in points."""
    dark = pixels.min(axis=2) < _DARK
    for line in lines:
        pad = _PAD * (line.y1 - line.y0)
        top, bottom = (max(round(y), 0) for y in (line.y0 - pad, line.y1 + pad))
        left, right = (max(round(x), 0) for x in (line.x0 - pad, line.x1 + pad))
        dark[top:bottom, left:right] = False
    rows = np.arange(0, dark.shape[0], _CELL * dark.shape[0] / graphics.height).astype(int)
    columns = np.arange(0, dark.shape[1], _CELL * dark.shape[1] / graphics.width).astype(int)
    ink = np.add.reduceat(np.add.reduceat(dark.astype(np.int32), rows, axis=0), columns, axis=1)
    cell = dark.size * _CELL**2 / (graphics.width * graphics.height)
    areas = [
        Area(x * _CELL + 1, y * _CELL + 1, (x + 1) * _CELL - 1, (y + 1) * _CELL - 1)
        for y, x in np.argwhere(ink > _INKED * cell).tolist()
    ]
    found = page_graphics(graphics.page, graphics.width, graphics.height, areas).pictures
    pictures = tuple(picture for picture in found if _is_figure(picture, graphics))
    return PageGraphics(graphics.page, graphics.width, graphics.height, pictures=pictures)


def _is_figure(picture: Box, page: PageGraphics) -> bool:
    width, height = picture.x1 - picture.x0, picture.y1 - picture.y0
    large = width >= _LEAST_WIDTH and height >= _LEAST_HEIGHT
    return large and width * height < _MOST * page.width * page.height

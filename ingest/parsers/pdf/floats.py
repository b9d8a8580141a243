"""Floats: which lines belong to a table, a figure or an algorithm, and not to the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsers.pdf.boxes import around, grown, shared_width
from ingest.parsers.pdf.captions import Caption, find_captions
from ingest.parsers.pdf.document import PdfDocument
from ingest.parsers.pdf.figures import figure_body, find_picture, picture_labels
from ingest.parsers.pdf.pages import PageView, page_views
from ingest.parsers.pdf.tables import algorithm_body, table_sides
from rag.types import Box, Kind

_RULED = 6.0  # points from a table's outer rows to the rules that frame it


@dataclass(frozen=True, slots=True)
class Float:
    """Indices of the caption's lines and of the lines above or below that it names; ``area`` is
    where all of it stands, with what is drawn.
    """

    kind: Kind
    label: str
    caption: tuple[int, ...]
    body: tuple[int, ...]
    area: Box


def find_floats(document: PdfDocument) -> tuple[list[Float], set[int]]:
    """The floats in reading order, and the other lines that are mere labels in a picture."""
    captions: dict[int, list[Caption]] = {}
    rules = {page.page: page.rules for page in document.graphics}
    for caption in find_captions(document.lines, document.body_size, rules):
        captions.setdefault(document.lines[caption.lines[0]].box.page, []).append(caption)
    pages = list(page_views(document))
    above = _tables_stand_above(pages, captions)
    floats: list[Float] = []
    labels: set[int] = set()
    for page in pages:
        here = captions.get(page.graphics.page, [])
        found, taken = _floats(page, here, above=above)
        floats.extend(found)
        figures = [_box(page, caption) for caption in here if caption.kind is Kind.FIGURE]
        labels.update(picture_labels(page, taken, figures))
    return sorted(floats, key=lambda f: f.caption), labels


def _tables_stand_above(pages: Sequence[PageView], captions: dict[int, list[Caption]]) -> bool:
    """Whether the document sets tables over their captions, judged by the clear cases."""
    votes = 0
    for page in pages:
        here = captions.get(page.graphics.page, [])
        taken = {i for caption in here for i in caption.lines}
        for caption in here:
            if caption.kind is Kind.TABLE:
                over, under = table_sides(page, _box(page, caption), taken)
                votes += (1 if over else -1) if bool(over) != bool(under) else 0
    return votes > 0


def _floats(
    page: PageView, captions: Sequence[Caption], *, above: bool
) -> tuple[list[Float], set[int]]:
    """The page's floats, and every line that is part of one."""
    taken = {i for caption in captions for i in caption.lines}
    found: list[Float] = []
    # Tables and algorithms have rules to go by; what is left near a picture is the figure's.
    for caption in sorted(captions, key=lambda c: c.kind is Kind.FIGURE):
        body = _body(page, caption, taken, above=above)
        taken.update(body)
        area = _area(page, caption, body)
        found.append(Float(caption.kind, caption.label, caption.lines, body, area))
    return found, taken


def _body(page: PageView, caption: Caption, taken: set[int], *, above: bool) -> tuple[int, ...]:
    box = _box(page, caption)
    if caption.kind is Kind.FIGURE:
        return figure_body(page, box, taken)
    if caption.kind is Kind.ALGORITHM:
        return algorithm_body(page, box, taken)
    over, under = table_sides(page, box, taken)
    return (over or under) if above else (under or over)


def _area(page: PageView, caption: Caption, body: Sequence[int]) -> Box:
    """The caption, its lines, and the picture or the rules around them."""
    box = _box(page, caption)
    lines = around((box, *(page.lines[i].box for i in body)))
    if caption.kind is Kind.FIGURE:
        picture = find_picture(page, box)
        return around((lines, picture)) if picture else lines
    near = grown(lines, 0, _RULED)
    rules = [r for r in page.graphics.rules if near.y0 < r.y0 < near.y1 and _is_over(r, lines)]
    return around((lines, *rules)) if body else lines


def _is_over(rule: Box, lines: Box) -> bool:
    return shared_width(rule, lines) > 0.5 * (rule.x1 - rule.x0)


def _box(page: PageView, caption: Caption) -> Box:
    return around(page.lines[i].box for i in caption.lines)

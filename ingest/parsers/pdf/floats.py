"""Floats: which lines belong to a table, a figure or an algorithm, and not to the text."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.parsers.pdf.boxes import around
from ingest.parsers.pdf.captions import Caption, find_captions
from ingest.parsers.pdf.document import PdfDocument
from ingest.parsers.pdf.figures import figure_body, picture_labels
from ingest.parsers.pdf.pages import PageView, page_views
from ingest.parsers.pdf.tables import algorithm_body, table_body
from rag.types import Box, Kind

_BODY = {Kind.TABLE: table_body, Kind.ALGORITHM: algorithm_body, Kind.FIGURE: figure_body}


@dataclass(frozen=True, slots=True)
class Float:
    """Indices of the caption's lines and of the lines above or below that it names."""

    kind: Kind
    label: str
    caption: tuple[int, ...]
    body: tuple[int, ...]


def find_floats(document: PdfDocument) -> tuple[list[Float], set[int]]:
    """The floats in reading order, and the other lines that are mere labels in a picture."""
    captions: dict[int, list[Caption]] = {}
    rules = {page.page: page.rules for page in document.graphics}
    for caption in find_captions(document.lines, document.body_size, rules):
        captions.setdefault(document.lines[caption.lines[0]].box.page, []).append(caption)
    floats: list[Float] = []
    labels: set[int] = set()
    for page in page_views(document):
        here = captions.get(page.graphics.page, [])
        found, taken = _floats(page, here)
        floats.extend(found)
        figures = [_box(page, caption) for caption in here if caption.kind is Kind.FIGURE]
        labels.update(picture_labels(page, taken, figures))
    return sorted(floats, key=lambda f: f.caption), labels


def _floats(page: PageView, captions: list[Caption]) -> tuple[list[Float], set[int]]:
    """The page's floats, and every line that is part of one."""
    taken = {i for caption in captions for i in caption.lines}
    found: list[Float] = []
    # Tables and algorithms have rules to go by; what is left near a picture is the figure's.
    for caption in sorted(captions, key=lambda c: c.kind is Kind.FIGURE):
        body = _BODY[caption.kind](page, _box(page, caption), taken)
        taken.update(body)
        found.append(Float(caption.kind, caption.label, caption.lines, body))
    return found, taken


def _box(page: PageView, caption: Caption) -> Box:
    return around(page.lines[i].box for i in caption.lines)

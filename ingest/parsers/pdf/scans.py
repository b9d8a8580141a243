"""Pages that can't be read by their text, scans and broken fonts, and the lines OCR sees there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.layout import TextLine
from ingest.parsers.pdf.columns import by_geometry, find_gutter, side
from ingest.parsers.pdf.document import Fragment, PageGraphics, RawDocument, RawPage
from ingest.parsers.pdf.fragments import join_fragments, stamp
from ingest.parsers.pdf.health import is_gibberish, is_unreadable

_PAGE_LINES = 5  # fewer over a picture of the whole page are a stamp on a scan
_COLUMNS_APART = 0.6  # em: a wider space between words, at the gutter, parts two columns
_SLACK = 3.0  # points by which the places of words may be wrong
_SCAN = 0.8  # of the page: a bitmap that covers so much may be one


def is_scan(page: RawPage) -> bool:
    """Whether what is to be read there is a picture: there is little text, and a bitmap as large
    as the page; or no text at all, and something drawn.
    """
    if not page.fragments:
        return page.covered > 0 or bool(page.graphics.pictures)
    return len(page.fragments) < _PAGE_LINES and page.covered > _SCAN


def scans(raw: RawDocument) -> list[int]:
    """The numbers of pages that are pictures, from 1."""
    return [page.graphics.page for page in raw.pages if is_scan(page)]


def garbled(raw: RawDocument) -> list[int]:
    """The numbers of pages whose text is gibberish: all with text, if the whole document is."""
    texts = {page.graphics.page: _text(page) for page in raw.pages if page.fragments}
    if is_gibberish("\n".join(texts.values())):
        return list(texts)
    return [
        number
        for number, text in texts.items()
        if is_gibberish(text) or is_unreadable(_fragments(raw.pages[number - 1]))
    ]


def joined_by_column(fragments: Sequence[Fragment], graphics: PageGraphics) -> list[TextLine]:
    """The lines of a page that was read by OCR, in order.

    OCR sees whole lines or cells, and a gutter may be as narrow as a space in a table: pieces are
    joined only inside a column.
    """
    page = graphics.page
    gutter = find_gutter([stamp(fragment, page) for fragment in fragments], graphics.width)
    columns: list[list[Fragment]] = [[], [], []]
    for fragment in fragments:
        for part in _parted(fragment, gutter):
            columns[side(stamp(part, page).box, gutter)].append(part)
    lines = [line for column in columns for line in join_fragments(column, page)]
    return by_geometry(lines, graphics.width)


def _parted(fragment: Fragment, gutter: float | None) -> list[Fragment]:
    """The fragment, or its two halves if lines of both columns were seen as one: where the gutter
    is, its words stand further apart than anywhere else.
    """
    words = fragment.words
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    widest = max(gaps, default=0.0)
    if gutter is None or widest < _COLUMNS_APART * fragment.size:
        return [fragment]
    at = gaps.index(widest) + 1
    if not words[at - 1].x1 - _SLACK < gutter < words[at].x0 + _SLACK:
        return [fragment]
    return [
        replace(
            fragment,
            text=" ".join(word.text for word in half),
            x0=fragment.x0 if half[0] is words[0] else half[0].x0,
            x1=fragment.x1 if half[-1] is words[-1] else half[-1].x1,
            words=half,
        )
        for half in (words[:at], words[at:])
    ]


def _text(page: RawPage) -> str:
    lines = join_fragments(page.fragments, page.graphics.page)
    return "\n".join(line.text for line in lines)


def _fragments(page: RawPage) -> list[str]:
    return [fragment.text for fragment in page.fragments]

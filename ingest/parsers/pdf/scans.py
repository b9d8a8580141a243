"""Pages that can't be read by their text, scans and broken fonts, and the lines OCR sees there."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.columns import by_geometry, find_gutter, side
from ingest.parsers.pdf.document import Fragment, PageGraphics, RawDocument, RawPage
from ingest.parsers.pdf.fragments import join_fragments
from ingest.parsers.pdf.health import is_gibberish, is_unreadable

_PAGE_LINES = 5  # fewer over a picture of the whole page are a stamp on a scan
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
    pieces = [line for piece in fragments for line in join_fragments([piece], graphics.page)]
    gutter = find_gutter(pieces, graphics.width)
    columns: list[list[Fragment]] = [[], [], []]
    for fragment in fragments:
        for line in join_fragments([fragment], graphics.page):
            columns[side(line.box, gutter)].append(fragment)
    lines = [line for column in columns for line in join_fragments(column, graphics.page)]
    return by_geometry(lines, graphics.width)


def _text(page: RawPage) -> str:
    lines = join_fragments(page.fragments, page.graphics.page)
    return "\n".join(line.text for line in lines)


def _fragments(page: RawPage) -> list[str]:
    return [fragment.text for fragment in page.fragments]

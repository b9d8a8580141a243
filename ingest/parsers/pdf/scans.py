"""Which pages can't be read by their text: scans, and fonts whose maps are broken."""

from __future__ import annotations

from ingest.parsers.pdf.document import RawDocument, RawPage
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


def _text(page: RawPage) -> str:
    lines = join_fragments(page.fragments, page.graphics.page)
    return "\n".join(line.text for line in lines)


def _fragments(page: RawPage) -> list[str]:
    return [fragment.text for fragment in page.fragments]

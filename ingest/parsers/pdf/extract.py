"""A PDF file -> its lines in reading order, without furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.layout import TextLine
from ingest.parsers.pdf.asides import with_asides_moved
from ingest.parsers.pdf.columns import find_gutter, reading_order
from ingest.parsers.pdf.document import PdfDocument, RawDocument, RawPage
from ingest.parsers.pdf.fragments import join_fragments, stamp
from ingest.parsers.pdf.furniture import split_furniture
from ingest.parsers.pdf.glyphs import unreadable
from ingest.parsers.pdf.line_numbers import line_numbers
from ingest.parsers.pdf.mupdf import read_raw


def read_pdf(path: Path, max_pages: int = 1500) -> PdfDocument:
    """Reads the file. Raises SourceError, with one plain reason, if it can't be read."""
    return lay_out(read_raw(path, max_pages))


def lay_out(raw: RawDocument) -> PdfDocument:
    """Joins what the file has in pieces, puts it in order and takes the furniture out."""
    graphics = [page.graphics for page in raw.pages]
    numbers = line_numbers([page.fragments for page in raw.pages])
    ordered = [_page_lines(page, aside) for page, aside in zip(raw.pages, numbers, strict=True)]
    body, furniture = split_furniture(ordered, graphics)
    lines = tuple(_renumbered(body))
    stamps = [
        line
        for page, aside in zip(raw.pages, numbers, strict=True)
        for line in _stamps(page, aside)
    ]
    return PdfDocument(
        pages=len(raw.pages),
        lines=lines,
        furniture=(*stamps, *furniture),
        graphics=tuple(graphics),
        gutters=tuple(
            find_gutter(page, drawn.width) for page, drawn in zip(body, graphics, strict=True)
        ),
        outline=raw.outline,
        info=raw.info,
        body_size=body_size(lines),
        unreadable=_unreadable_share(raw.pages),
    )


def body_size(lines: Iterable[TextLine]) -> float:
    """The size of most characters, to half a point; 10 if there are none."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 10.0


def _unreadable_share(pages: Iterable[RawPage]) -> float:
    texts = [fragment.text for page in pages for fragment in page.fragments]
    return sum(map(unreadable, texts)) / max(sum(map(len, texts)), 1)


def _page_lines(page: RawPage, numbers: Container[int]) -> list[TextLine]:
    text = [f for i, f in enumerate(page.fragments) if i not in numbers]
    lines = join_fragments(text, page.graphics.page)
    return with_asides_moved(reading_order(lines, page.graphics.width))


def _stamps(page: RawPage, numbers: Container[int]) -> list[TextLine]:
    """Text that runs up or down the page, and the numbers of lines."""
    return [
        stamp(fragment, page.graphics.page)
        for i, fragment in enumerate(page.fragments)
        if i in numbers or not fragment.upright
    ]


def _renumbered(pages: Sequence[Sequence[TextLine]]) -> Iterable[TextLine]:
    """The lines with ``block`` counting up through the document."""
    block, last = -1, None
    for lines in pages:
        for line in lines:
            here = (line.box.page, line.block)
            if here != last:
                block, last = block + 1, here
            yield replace(line, block=block)

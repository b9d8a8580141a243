"""A PDF file -> its lines in reading order, without furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.layout import TextLine
from ingest.parsers.pdf.asides import with_asides_moved
from ingest.parsers.pdf.columns import by_regions, find_gutter, is_unsure, reading_order
from ingest.parsers.pdf.document import PdfDocument, RawDocument, RawPage
from ingest.parsers.pdf.fragments import join_fragments, stamp
from ingest.parsers.pdf.furniture import split_furniture
from ingest.parsers.pdf.health import unreadable_share
from ingest.parsers.pdf.layout_model import NoLayoutModel, read_regions
from ingest.parsers.pdf.line_numbers import line_numbers
from ingest.parsers.pdf.mupdf import read_raw
from ingest.parsers.pdf.scans import joined_by_column, scans
from rag.types import Box

Look = Callable[[Sequence[int]], Mapping[int, Sequence[Box]]]
"""Shows pages to the layout model: their regions in reading order. May raise NoLayoutModel."""

Ocr = Callable[[Path, RawDocument], RawDocument]
"""Reads the pages that have no text of their own."""


def read_pdf(
    path: Path, max_pages: int = 1500, layout_pages: int = 20, ocr: Ocr | None = None
) -> PdfDocument:
    """Reads the file. Raises SourceError, with one plain reason, if it can't be read.

    At most ``layout_pages`` of its pages are shown to the layout model. Where ``ocr`` is given, it
    reads the pages that have no text.
    """

    def look(pages: Sequence[int]) -> Mapping[int, Sequence[Box]]:
        return read_regions(path, pages[:layout_pages])

    raw = read_raw(path, max_pages)
    return lay_out(ocr(path, raw) if ocr else raw, look if layout_pages else None)


def lay_out(raw: RawDocument, look: Look | None = None) -> PdfDocument:
    """Joins what the file has in pieces, puts it in order and takes the furniture out."""
    graphics = [page.graphics for page in raw.pages]
    numbers = line_numbers([page.fragments for page in raw.pages])
    joined = [_joined(page, aside) for page, aside in zip(raw.pages, numbers, strict=True)]
    regions, remarks = _regions(raw.pages, joined, look)
    ordered = [
        _ordered(lines, drawn.width, regions.get(drawn.page, ()))
        for lines, drawn in zip(joined, graphics, strict=True)
    ]
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
        unreadable=unreadable_share(f.text for page in raw.pages for f in page.fragments),
        remarks=(*_on_scans(raw), *_on_hidden(raw), *remarks),
    )


def body_size(lines: Iterable[TextLine]) -> float:
    """The size of most characters, to half a point; 10 if there are none."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 10.0


def _joined(page: RawPage, numbers: Container[int]) -> list[TextLine]:
    text = [f for i, f in enumerate(page.fragments) if i not in numbers]
    if page.by_ocr:
        return joined_by_column(text, page.graphics)
    return join_fragments(text, page.graphics.page)


def _ordered(lines: Sequence[TextLine], width: float, regions: Sequence[Box]) -> list[TextLine]:
    return with_asides_moved(
        by_regions(lines, regions, width) if regions else reading_order(lines, width)
    )


def _regions(
    pages: Sequence[RawPage], joined: Sequence[Sequence[TextLine]], look: Look | None
) -> tuple[Mapping[int, Sequence[Box]], tuple[str, ...]]:
    """What the layout model sees on the pages whose order is in doubt, and remarks on them.

    It looks at a page's own text, so pages that OCR has read are not for it.
    """
    unsure = [
        page.graphics.page
        for page, lines in zip(pages, joined, strict=True)
        if look and not page.by_ocr and is_unsure(lines, page.graphics.width)
    ]
    if not unsure or look is None:
        return {}, ()
    try:
        seen = {page: regions for page, regions in look(unsure).items() if regions}
    except NoLayoutModel as error:
        return {}, (f"{_named(unsure)}: the order is unsure, and without the model: {error}",)
    left = [page for page in unsure if page not in seen]
    remarks = [f"{_named(seen)}: read in the order of the layout model"] if seen else []
    remarks += [f"{_named(left)}: the order of what stands there is unsure"] if left else []
    return seen, tuple(remarks)


def _on_scans(raw: RawDocument) -> list[str]:
    """Which pages are known by OCR, and which could be."""
    read = [page.graphics.page for page in raw.pages if page.by_ocr]
    left = [number for number in scans(raw) if number not in read]
    remarks = [f"{_named(read)}: read by OCR"] if read else []
    if left and not read:
        remarks.append(
            f"{_named(left)}: a picture with little or no text; [parser] ocr reads scans"
        )
    return remarks


def _on_hidden(raw: RawDocument) -> list[str]:
    """Where text was left out that nobody sees, and how much."""
    hidden = {page.graphics.page: page.hidden for page in raw.pages if page.hidden}
    if not hidden:
        return []
    return [f"{_named(hidden)}: {sum(hidden.values())} characters that no reader sees left out"]


def _named(pages: Iterable[int]) -> str:
    numbers = [str(page) for page in pages]
    return f"{'page' if len(numbers) == 1 else 'pages'} {', '.join(numbers)}"


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

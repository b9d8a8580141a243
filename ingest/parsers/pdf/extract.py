"""A PDF file -> its lines in reading order, without furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.layout import TextLine
from ingest.parsers.pdf.asides import with_asides_moved
from ingest.parsers.pdf.columns import by_regions, find_gutter, is_unsure, reading_order
from ingest.parsers.pdf.document import PageGraphics, PdfDocument, RawDocument, RawPage
from ingest.parsers.pdf.fragments import join_fragments, stamp
from ingest.parsers.pdf.furniture import split_furniture
from ingest.parsers.pdf.glyphs import unreadable
from ingest.parsers.pdf.layout_model import NoLayoutModel, read_regions
from ingest.parsers.pdf.line_numbers import line_numbers
from ingest.parsers.pdf.mupdf import read_raw
from rag.types import Box

Look = Callable[[Sequence[int]], Mapping[int, Sequence[Box]]]
"""Shows pages to the layout model: their regions in reading order. May raise NoLayoutModel."""


def read_pdf(path: Path, max_pages: int = 1500, layout_pages: int = 20) -> PdfDocument:
    """Reads the file. Raises SourceError, with one plain reason, if it can't be read.

    At most ``layout_pages`` of its pages are shown to the layout model.
    """

    def look(pages: Sequence[int]) -> Mapping[int, Sequence[Box]]:
        return read_regions(path, pages[:layout_pages])

    return lay_out(read_raw(path, max_pages), look if layout_pages else None)


def lay_out(raw: RawDocument, look: Look | None = None) -> PdfDocument:
    """Joins what the file has in pieces, puts it in order and takes the furniture out."""
    graphics = [page.graphics for page in raw.pages]
    numbers = line_numbers([page.fragments for page in raw.pages])
    joined = [_joined(page, aside) for page, aside in zip(raw.pages, numbers, strict=True)]
    regions, remarks = _regions(joined, graphics, look)
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
        unreadable=_unreadable_share(raw.pages),
        remarks=remarks,
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


def _joined(page: RawPage, numbers: Container[int]) -> list[TextLine]:
    text = [f for i, f in enumerate(page.fragments) if i not in numbers]
    return join_fragments(text, page.graphics.page)


def _ordered(lines: Sequence[TextLine], width: float, regions: Sequence[Box]) -> list[TextLine]:
    return with_asides_moved(
        by_regions(lines, regions, width) if regions else reading_order(lines, width)
    )


def _regions(
    pages: Sequence[Sequence[TextLine]], graphics: Sequence[PageGraphics], look: Look | None
) -> tuple[Mapping[int, Sequence[Box]], tuple[str, ...]]:
    """What the layout model sees on the pages whose order is in doubt, and remarks on them."""
    unsure = [
        drawn.page
        for lines, drawn in zip(pages, graphics, strict=True)
        if look and is_unsure(lines, drawn.width)
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

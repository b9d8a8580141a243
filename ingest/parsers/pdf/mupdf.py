"""The one place that knows PyMuPDF: opens a PDF and reads its pages as plain values.

Annotations (readers' highlights, notes, stamps) are never read. `drawing` makes pictures of pages
with the engine that is loaded here.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.layout import OutlineEntry, Word
from ingest.parsers.pdf.bitmap import with_bitmap_sizes
from ingest.parsers.pdf.document import Fragment, RawDocument, RawPage
from ingest.parsers.pdf.drawings import Area, is_bar, is_rule, page_graphics
from ingest.parsers.pdf.glyphs import (
    Span,
    is_bold,
    is_italic,
    is_tall,
    lead_length,
    printed,
    small_caps,
)
from ingest.parsers.pdf.health import has_end
from ingest.parsers.pdf.visibility import Ground, grounds, may_be_hidden, without_hidden
from ingest.parsers.pdf.words import (
    WordsByLine,
    may_hold_tables,
    readable_words,
    words_by_line,
)
from rag.errors import SourceError

_TEXT, _VECTOR = 0, 3
# The turn that makes text with this direction upright.
_TURNS = {(0, -1): 90, (0, 1): 270, (-1, 0): 180}
_MOSTLY = 0.6  # of a page's characters: its margin and its figures may differ
_PAGE_LINES = 5  # fewer are a stamp in the margin of a scan, or a footer
_NEAR_WHITE = 0xF0F0F0
_PAINTED = frozenset({"fill-shade", "fill-image", "fill-imgmask"})
_NO_MEMORY = re.compile(r"\b[cm]?(?:re)?alloc \([^)]*\) failed")


@functools.cache
def load_engine() -> Any:
    """PyMuPDF, loaded at first use (a second) and told not to write to stderr."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return pymupdf


def read_raw(path: Path, max_pages: int) -> RawDocument:
    """Everything that is printed in the PDF. Raises SourceError, MemoryError."""
    with opened(path) as document:
        _check(document, path, max_pages)
        pages = tuple(_read_page(document, number) for number in range(len(document)))
        return RawDocument(with_bitmap_sizes(pages), _outline(document), _info(document))


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The PDF as a document of the engine. Its errors become SourceError or MemoryError."""
    mupdf = load_engine()
    try:
        with mupdf.open(path, filetype="pdf") as document:
            if document.needs_pass:
                reason = "encrypted: needs a password; save a copy without one"
                raise SourceError(str(path), reason)
            yield document
    except (mupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        if _NO_MEMORY.search(reason):
            raise MemoryError(reason) from error
        if str(path) in reason:
            reason = "it can't be opened; fetch it again"
        raise SourceError(str(path), f"truncated or damaged: {reason}") from error


def _check(document: Any, path: Path, max_pages: int) -> None:
    if not len(document):
        raise SourceError(str(path), "truncated or damaged: no page can be found; fetch it again")
    if document.is_repaired and not has_end(path):
        raise SourceError(str(path), "truncated or damaged: its end is missing; fetch it again")
    if len(document) > max_pages:
        reason = f"{len(document)} pages, more than the limit of {max_pages}: raise max_pages"
        raise SourceError(str(path), f"{reason} in [parser] or split the file")


def _outline(document: Any) -> tuple[OutlineEntry, ...]:
    entries = []
    for level, title, page, target in document.get_toc(simple=False):
        point = target.get("to") if isinstance(target, dict) else None
        y = float(point.y) if point is not None else None
        entries.append(OutlineEntry(level, " ".join(title.split()), page, y))
    return tuple(entries)


def _info(document: Any) -> dict[str, str]:
    return {key: value for key, value in (document.metadata or {}).items() if value}


def upright(page: Any) -> list[dict[str, Any]]:
    """Turns the page if its text mostly runs up, down or on its head; its blocks once it stands.

    All boxes are those of the turned page.
    """
    return _dict(_upright(page))


def _upright(page: Any) -> Any:
    """The page's text, after it was turned if need be."""
    text = _text(page)
    turn = _turn(_dict(text))
    if turn:
        page.set_rotation((page.rotation + turn) % 360)
        text = _text(page)
    return text


def _read_page(document: Any, index: int) -> RawPage:
    page = document[index]
    text = _upright(page)
    blocks = _dict(text)
    areas = [_area(block) for block in blocks if block["type"] == _VECTOR]
    bitmaps = _bitmaps(page)
    covered = _covered(bitmaps, page.rect)
    blocks, hidden = _seen(page, blocks, bitmaps, covered)
    areas += bitmaps
    tables = may_hold_tables(blocks)
    graphics = page_graphics(index + 1, page.rect.width, page.rect.height, areas)
    if tables and not graphics.rules:
        areas += _thin_drawings(page)
        graphics = page_graphics(index + 1, page.rect.width, page.rect.height, areas)
    words = words_by_line(text.extractWORDS()) if tables else {}
    return RawPage(graphics, _fragments(blocks, words), covered, hidden=hidden)


def _seen(
    page: Any, blocks: list[dict[str, Any]], bitmaps: Sequence[Area], covered: float
) -> tuple[list[dict[str, Any]], int]:
    """The blocks without text that nobody sees, and how many characters that is."""
    spans = (s for block in blocks for line in block.get("lines", ()) for s in line["spans"])
    if not any(may_be_hidden(span) for span in spans):
        return blocks, 0
    drawn = [block for block in blocks if block["type"] == _VECTOR]
    shades = () if page.rotation else page.get_bboxlog()
    pictures = [*bitmaps, *(Area(*box) for kind, box in shades if kind in _PAINTED)]
    return without_hidden(blocks, Ground(grounds(drawn), pictures, covered))


def _bitmaps(page: Any) -> list[Area]:
    return [Area(*image["bbox"]) for image in page.get_image_info()] if page.get_images() else []


def _covered(bitmaps: Sequence[Area], rect: Any) -> float:
    """The share of the page that bitmaps cover: scans may come in strips."""
    seen = (rect & (area.x0, area.y0, area.x1, area.y1) for area in bitmaps)
    share: float = sum(part.width * part.height for part in seen) / max(
        rect.width * rect.height, 1.0
    )
    return min(share, 1.0)


def _text(page: Any) -> Any:
    mupdf = load_engine()
    flags = (
        mupdf.TEXT_PRESERVE_WHITESPACE
        | mupdf.TEXT_MEDIABOX_CLIP
        | mupdf.TEXT_COLLECT_VECTORS
        | mupdf.TEXT_USE_CID_FOR_UNKNOWN_UNICODE
    )
    listed = page.get_displaylist(annots=False).get_textpage(flags)
    return mupdf.TextPage(listed)


def _dict(text: Any) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = text.extractDICT()["blocks"]
    return blocks


def _turn(blocks: list[dict[str, Any]]) -> int:
    """By how many degrees, clockwise, the page must be turned for most of its text to stand."""
    weights: Counter[int] = Counter()
    lines: Counter[int] = Counter()
    for block in blocks:
        for line in block["lines"] if block["type"] == _TEXT else ():
            letters = sum(len(span["text"].replace(" ", "")) for span in line["spans"])
            turn = _TURNS.get((round(line["dir"][0]), round(line["dir"][1])), 0)
            weights[turn] += letters
            lines[turn] += 1
    turn, most = weights.most_common(1)[0] if weights else (0, 0)
    page = lines[turn] >= _PAGE_LINES and most > _MOSTLY * weights.total()
    return turn if page else 0


def _area(block: dict[str, Any]) -> Area:
    x0, y0, x1, y1 = block["bbox"]
    return Area(x0, y0, x1, y1, block["stroked"] or block["color"] < _NEAR_WHITE)


def _thin_drawings(page: Any) -> list[Area]:
    """Rules that the engine's text doesn't have as such: stretched bitmaps of one bit, as old
    drivers of TeX draw them, and strokes whose boxes it makes as wide as a sharp corner might be.
    """
    if page.rotation:
        return []
    drawn = (Area(*box) for kind, box in page.get_bboxlog() if not kind.endswith("text"))
    return [area for area in drawn if is_rule(area) or is_bar(area)]


def _fragments(blocks: list[dict[str, Any]], words: WordsByLine) -> tuple[Fragment, ...]:
    found = []
    for text, block in enumerate(block for block in blocks if block["type"] == _TEXT):
        for at, line in enumerate(block["lines"]):
            fragment = _fragment(line, block["number"], words.get((text, at), ()))
            if fragment is not None:
                found.append(fragment)
    return tuple(found)


def _fragment(line: dict[str, Any], block: int, words: Sequence[Word]) -> Fragment | None:
    """One line of the engine; nothing if it is blank."""
    spans = [Span(s["text"], s["font"], s["size"], s["flags"]) for s in line["spans"]]
    text = printed(spans)
    inked = [at for at, span in enumerate(spans) if span.text and not span.text.isspace()]
    if not text.strip() or not inked:
        return None
    weights: Counter[tuple[str, float, int]] = Counter()
    for at in inked:
        weights[spans[at].font, round(spans[at].size, 1), spans[at].flags] += len(spans[at].text)
    (font, size, flags), _ = weights.most_common(1)[0]
    capitals = small_caps([spans[at] for at in inked])
    main = next(at for at in inked if (spans[at].font, spans[at].flags) == (font, flags))
    baseline = line["spans"][main]["origin"][1]
    return Fragment(
        text=text.strip(),
        x0=line["spans"][inked[0]]["bbox"][0],
        x1=line["spans"][inked[-1]]["bbox"][2],
        # These fonts hang their glyphs below the line.
        baseline=baseline + 0.8 * size if is_tall(font) else baseline,
        size=max(spans[at].size for at in inked) if capitals else size,
        font=font,
        bold=is_bold(font, flags),
        italic=is_italic(font, flags),
        block=block,
        upright=line["dir"][0] > 0.99,
        small_caps=capitals,
        bold_lead=lead_length(spans, is_bold),
        italic_lead=lead_length(spans, is_italic),
        words=readable_words(spans, words),
    )

"""What is read from a PDF before its structure is known."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.layout import OutlineEntry, TextLine, Word
from rag.types import Box


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters that the file sets together: a line, a cell or a piece of a word.

    ``baseline`` is their common y. ``top`` and ``bottom`` are nominal, from the size, because
    fonts lie about their boxes. ``block`` numbers the engine's own block. ``upright`` is false
    for text that runs up or down the page. ``bold_lead`` and ``italic_lead`` are how many leading
    characters are so set: all of them where the whole fragment is. ``words`` are known on pages
    that may have tables.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    font: str
    bold: bool
    italic: bool
    block: int
    upright: bool = True
    small_caps: bool = False
    bold_lead: int = 0
    italic_lead: int = 0
    words: tuple[Word, ...] = ()

    @property
    def top(self) -> float:
        return self.baseline - 0.75 * self.size

    @property
    def bottom(self) -> float:
        return self.baseline + 0.22 * self.size


@dataclass(frozen=True, slots=True)
class PageGraphics:
    """A page's size and what is drawn on it.

    ``rules`` are thin horizontal lines, ``bars`` upright ones; ``pictures`` the areas that images
    and drawings cover.
    """

    page: int
    width: float
    height: float
    rules: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    bars: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as the file has it: fragments in the file's own order.

    ``covered`` is the share of it that bitmaps cover; ``by_ocr`` says that it was read from them.
    ``hidden`` counts the characters that are left out because nobody sees them.
    """

    graphics: PageGraphics
    fragments: tuple[Fragment, ...]
    covered: float = 0.0
    by_ocr: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file as the engine reads it."""

    pages: tuple[RawPage, ...]
    outline: tuple[OutlineEntry, ...]
    info: dict[str, str]


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A PDF's lines in reading order, without furniture.

    ``gutters`` gives, for each page, the x between its two columns, or None if it has one.
    ``furniture`` holds page headers, page numbers, margin stamps and the like.
    ``body_size`` is the type size, in points, of most of the text; ``unreadable`` the share
    of characters that the fonts' maps leave without a meaning (they are not in the lines).
    ``remarks`` say what of the reading is in doubt.
    """

    pages: int
    lines: tuple[TextLine, ...]
    furniture: tuple[TextLine, ...]
    graphics: tuple[PageGraphics, ...]
    gutters: tuple[float | None, ...]
    outline: tuple[OutlineEntry, ...]
    info: dict[str, str]
    body_size: float
    unreadable: float
    remarks: tuple[str, ...] = ()

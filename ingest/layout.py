"""What a page looks like before anyone has said what it means: lines of type with their fonts.

Parsers of paged formats make these; `ingest.structure` and `ingest.metadata` read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Box


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them, and where on their line they stand."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line. ``size`` (points), ``font``, ``bold`` and ``italic`` hold for most of
    its characters; ``small_caps`` says that it is set in capitals of two sizes. ``block`` numbers
    the block of the page that the line belongs to, in reading order. ``lead`` is how many leading
    characters are bold (or else italic) in a line that as a whole is not, as in a run-in heading.
    ``words``, from left to right, are known on pages that may have tables.
    """

    text: str
    box: Box
    size: float
    font: str
    bold: bool = False
    italic: bool = False
    small_caps: bool = False
    block: int = 0
    lead: int = 0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the document's own outline. ``y`` is where it points to, if it says."""

    level: int
    title: str
    page: int
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A line, or a run of lines ``[first, last]`` (indices), that opens a section.

    ``run_in`` is how many characters of line ``last`` belong to a heading that shares
    its line with text ("Datasets. We use ..."); 0 when the heading has the line to itself.
    """

    first: int
    last: int
    number: str
    title: str
    level: int
    run_in: int = 0

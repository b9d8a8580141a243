"""A paper and what it is made of.

Pages are 1-based; coordinates are PDF points from the page's top left corner; spans are
half-open offsets, in characters, into ``Paper.text``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.types.links import Link, Reference
from rag.types.spans import Span
from rag.types.table import Grid


class Role(StrEnum):
    """What a section does in its paper."""

    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    RELATED_WORK = "related work"
    METHOD = "method"
    DATA = "data"
    EXPERIMENTS = "experiments"
    RESULTS = "results"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    REFERENCES = "references"
    APPENDIX = "appendix"
    OTHER = "other"


class Kind(StrEnum):
    """The type of an element."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    FIGURE = "figure"
    EQUATION = "equation"
    ALGORITHM = "algorithm"
    FOOTNOTE = "footnote"
    REFERENCE = "reference"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points, with ``(x0, y0)`` at its top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """Where a stretch of the paper's text is printed: one line of type."""

    span: Span
    box: Box

    def part(self, span: Span) -> Box:
        """The box of the line's characters inside ``span``, taking them as equally wide."""
        width = (self.box.x1 - self.box.x0) / max(len(self.span), 1)
        first = max(span.start - self.span.start, 0)
        last = min(span.end, self.span.end) - self.span.start
        x0, x1 = self.box.x0 + first * width, self.box.x0 + last * width
        return Box(self.box.page, round(x0, 1), self.box.y0, round(x1, 1), self.box.y1)


@dataclass(frozen=True, slots=True)
class Element:
    """A typed block of a section.

    ``section`` indexes ``Paper.sections``; ``label`` is the printed one
    ("Table 2", "(3)", "Algorithm 1") or empty. ``lines`` are in order and may be
    empty (Markdown has no pages). A float's caption is part of its element's text.
    ``grid`` has a table's cells where they could be told apart; ``area`` is where the whole of it
    stands, a figure's drawing included, where it is more than its lines.
    """

    kind: Kind
    span: Span
    section: int
    lines: tuple[Line, ...] = ()
    label: str = ""
    grid: Grid | None = None
    area: Box | None = None

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages that it stands on, ascending."""
        return tuple(sorted({line.box.page for line in self.lines}))


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the section tree.

    ``number`` is as printed ("3.2", "A", "") and ``level`` counts from 1. ``parent``
    indexes ``Paper.sections`` and is ``None`` at the top. Element text never holds
    the heading itself.
    """

    number: str
    title: str
    level: int
    role: Role
    parent: int | None = None
    page: int | None = None

    @property
    def heading(self) -> str:
        """Number and title, as a reader would write them."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a paper, from its first page or elsewhere. Unknown fields are empty or
    ``None``. ``venue`` is where it was published; ``code`` has the URLs of its own code.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str = ""
    abstract: str = ""
    arxiv_version: int | None = None
    doi: str = ""
    venue: str = ""
    affiliations: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A parsed paper: its text, and the structure over that text.

    Sections and elements are in reading order. ``source`` is the file it came from and
    ``content_hash`` the SHA-256 of that file. ``pages`` is 0 where there are none. ``links`` are in
    the order of the text. ``remarks`` say what about the reading somebody may want to know.
    """

    paper_id: str
    metadata: Metadata
    text: str
    sections: tuple[Section, ...]
    elements: tuple[Element, ...]
    pages: int
    source: str
    content_hash: str
    references: tuple[Reference, ...] = ()
    links: tuple[Link, ...] = ()
    remarks: tuple[str, ...] = ()

    def links_within(self, span: Span) -> tuple[Link, ...]:
        """The links that begin inside ``span``."""
        first, last = (
            bisect_left(self.links, at, key=lambda link: link.span.start)
            for at in (span.start, span.end)
        )
        return self.links[first:last]

    def path(self, section: int) -> tuple[Section, ...]:
        """The section and its ancestors, outermost first."""
        return section_path(self.sections, section)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper without its text. ``chunks`` counts them."""

    paper_id: str
    metadata: Metadata
    pages: int
    chunks: int
    source: str
    content_hash: str


def section_path(
    sections: Sequence[Section] | Mapping[int, Section], index: int
) -> tuple[Section, ...]:
    """The section at ``index`` and its ancestors, outermost first."""
    path: list[Section] = []
    at: int | None = index
    while at is not None:
        path.append(sections[at])
        at = sections[at].parent
    return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of elements inside one section: what is indexed and cited.

    ``text == paper.text[span]``: what the paper says. ``context`` is what was added for
    retrieval and is never shown as the paper's words. ``elements`` index ``Paper.elements``.
    """

    chunk_id: str
    paper_id: str
    section: int
    span: Span
    text: str
    context: str
    elements: tuple[int, ...]
    pages: tuple[int, ...] = ()

    @property
    def indexed_text(self) -> str:
        """What the indexes see."""
        return f"{self.context}\n{self.text}" if self.context else self.text

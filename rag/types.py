"""The values that pass between the stages.

Everything here is immutable and knows nothing of files, engines or models.
Pages are 1-based; coordinates are PDF points from the page's top left corner;
spans are half-open offsets, in characters, into ``Paper.text``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


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


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of characters."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The part of ``text`` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


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
    """

    kind: Kind
    span: Span
    section: int
    lines: tuple[Line, ...] = ()
    label: str = ""

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
    """What the first page says about a paper. Unknown fields are empty or ``None``."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A parsed paper: its text, and the structure over that text.

    Sections and elements are in reading order. ``source`` is the file it came from and
    ``content_hash`` the SHA-256 of that file. ``pages`` is 0 where there are none.
    """

    paper_id: str
    metadata: Metadata
    text: str
    sections: tuple[Section, ...]
    elements: tuple[Element, ...]
    pages: int
    source: str
    content_hash: str

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


def section_path(sections: Sequence[Section], index: int) -> tuple[Section, ...]:
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


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search. An empty field does not restrict; fields are joined by *and*."""

    papers: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    year_from: int | None = None
    year_to: int | None = None

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asked, and where to look."""

    text: str
    where: Filter = Filter()


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of the query to search with. ``vector`` is float32 ``(d,)``, L2-normalised."""

    name: str
    text: str
    vector: Vector | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an index is given of a chunk. ``vector`` is float32 ``(d,)``, L2-normalised."""

    chunk_id: str
    paper_id: str
    text: str
    role: Role
    year: int | None
    vector: Vector | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A scored chunk. ``rank`` is 1-based; higher scores are better."""

    chunk_id: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits in rank order, and which index and variant they came from."""

    source: str
    hits: tuple[Hit, ...]

    @classmethod
    def from_scores(
        cls, source: str, scores: Sequence[tuple[str, float]], limit: int | None = None
    ) -> Ranking:
        """Orders ``(chunk_id, score)`` pairs: best first, ties by id."""
        ordered = sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:limit]
        return cls(source, tuple(Hit(c, float(s), r) for r, (c, s) in enumerate(ordered, 1)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chunk that was found, with what a reader needs to know of its place."""

    chunk: Chunk
    score: float
    rank: int
    metadata: Metadata
    path: tuple[Section, ...]
    elements: tuple[Element, ...]

    @property
    def section(self) -> Section:
        """The section that the chunk stands in."""
        return self.path[-1]

    def boxes(self, span: Span | None = None) -> tuple[Box, ...]:
        """Where ``span`` of the paper's text (default: the whole chunk) is printed."""
        wanted = span or self.chunk.span
        return tuple(
            line.part(wanted)
            for element in self.elements
            for line in element.lines
            if line.span.overlaps(wanted)
        )


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, resolved: ``quote`` is verbatim in the chunk's text."""

    marker: str
    evidence: Evidence
    quote: str
    span: Span
    page: int | None
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the language model was charged for."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator wrote: text with citation markers, and the citations."""

    text: str
    citations: tuple[Citation, ...]
    abstained: bool = False
    unsupported: tuple[str, ...] = ()
    note: str = ""
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class StageTrace:
    """One stage of one query, and how long it took."""

    name: str
    ms: float


@dataclass(frozen=True, slots=True)
class HitTrace:
    """How one hit came about: its rank in each list, and after each step."""

    chunk_id: str
    ranks: dict[str, int]
    fused_rank: int
    final_rank: int
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What each stage of one query did."""

    variants: tuple[Variant, ...] = ()
    stages: tuple[StageTrace, ...] = ()
    hits: tuple[HitTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, best first."""

    query: Query
    evidence: tuple[Evidence, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer. Every citation's chunk is in ``evidence``.

    ``unsupported`` lists the sentences that no citation supports; ``note`` tells the
    reader what went otherwise than asked (a model that failed, say).
    """

    query: Query
    text: str
    abstained: bool
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    trace: Trace
    unsupported: tuple[str, ...] = ()
    note: str = ""
    usage: Usage = Usage()

"""What leaves Scholium as JSON: the shapes. `api.schemas` makes them of the values.

Scripts rely on these names. Pages are 1-based and boxes are PDF points from the top left
corner of their page.
"""

from __future__ import annotations

from typing_extensions import TypedDict


class BoxJson(TypedDict):
    """A rectangle on a page."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class PaperJson(TypedDict):
    """Which paper a passage is from."""

    id: str
    title: str
    authors: list[str]
    year: int | None


class PlaceJson(TypedDict):
    """Which section a passage is from. ``path`` has the headings down to it, outermost first."""

    number: str
    title: str
    path: list[str]
    role: str


class CellJson(TypedDict):
    """A cell of a table, from ``row`` and ``column``, which count from 0; ``rows`` and ``columns``
    are how many it spans.
    """

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    text: str


class TableJson(TypedDict):
    """As much of a table as a passage holds, of ``rows`` times ``columns`` places: its header rows,
    the title last above, and its rows, up to a number. It stands from ``start`` to ``end`` of the
    passage's text; ``caption`` are the lines there that are no rows. ``cited`` are rows, from 0.
    """

    start: int
    end: int
    label: str
    caption: str
    rows: int
    columns: int
    cells: list[CellJson]
    cited: list[int]


class SpanJson(TypedDict):
    """A part of a passage: its words, and where in the passage's text they stand, in characters."""

    start: int
    end: int
    text: str


class HitJson(TypedDict):
    """A passage that was found, and the tables in it whose cells are known.

    Of an answer's evidence, ``emphasis`` are the sentences that bear on the question, and ``shown``
    is what of the passage was read, where that is not all of it.
    """

    rank: int
    score: float
    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    pages: list[int]
    text: str
    boxes: list[BoxJson]
    tables: list[TableJson]
    emphasis: list[SpanJson]
    shown: list[SpanJson]


class CitationJson(TypedDict):
    """What a marker in an answer stands for. ``quote`` is verbatim in the chunk's text; ``tables``
    are those that it is from.
    """

    marker: str
    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    page: int | None
    quote: str
    boxes: list[BoxJson]
    tables: list[TableJson]


class UsageJson(TypedDict):
    """What the language model was charged for."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


class VariantJson(TypedDict):
    """A form of the question that was searched with."""

    name: str
    text: str


class TransformJson(TypedDict):
    """What became of a query transform or a reranker: ``status`` is done, idle, failed or late."""

    name: str
    status: str
    ms: float
    note: str
    usage: UsageJson


class StageJson(TypedDict):
    """One stage of a query, and how long it took."""

    name: str
    ms: float


class HitTraceJson(TypedDict):
    """How a hit came about: its rank in each list, and after each step."""

    chunk_id: str
    ranks: dict[str, int]
    fused_rank: int
    reranked: int
    final_rank: int
    duplicates: list[str]


class FoundJson(TypedDict):
    """Evidence that a step found: its id, and its place as citations have it."""

    chunk_id: str
    place: str


class StepJson(TypedDict):
    """A step of an active method, which searches again while it answers: what was asked of the
    library or the model, what the model said, what was found, and why. ``round`` counts from 1.
    """

    kind: str
    round: int
    asked: str
    said: str
    found: list[FoundJson]
    note: str
    ms: float
    usage: UsageJson


class TraceJson(TypedDict):
    """What each stage of a query did. ``steps`` are there where an active method took some."""

    variants: list[VariantJson]
    transforms: list[TransformJson]
    stages: list[StageJson]
    hits: list[HitTraceJson]
    steps: list[StepJson]


class SearchJson(TypedDict):
    """The result of a search, best first."""

    query: str
    hits: list[HitJson]
    trace: TraceJson


class AnswerJson(TypedDict):
    """A cited answer.

    ``unsupported`` has the sentences that no citation supports; ``note`` says what went
    otherwise than asked, ``model`` which language model wrote it, if one did.
    """

    question: str
    answer: str
    abstained: bool
    citations: list[CitationJson]
    evidence: list[HitJson]
    unsupported: list[str]
    note: str
    model: str
    usage: UsageJson
    trace: TraceJson


class PaperRowJson(PaperJson):
    """A paper of the library. ``source`` is the file it came from."""

    pages: int
    chunks: int
    source: str


class SectionJson(TypedDict):
    """A section, in the order of the paper. ``level`` counts from 1."""

    number: str
    title: str
    level: int
    page: int | None
    role: str


class ReferenceJson(TypedDict):
    """An entry of a paper's bibliography; ``element`` counts the paper's elements from 0."""

    element: int
    label: str
    authors: list[str]
    title: str
    year: int | None
    venue: str
    arxiv_id: str
    doi: str
    url: str


class LinkJson(TypedDict):
    """Words of an element that point to another part of the paper. ``target`` counts its
    references, elements or sections from 0, by ``kind``: citation, element, footnote, section.
    """

    text: str
    kind: str
    target: int


class ElementJson(TypedDict):
    """A block of a paper. ``position`` is its place among all of the paper's elements, ``section``
    that of its section, both from 0. ``cells`` are a table's; ``area`` is where the whole of it
    stands, where that is more than its lines.
    """

    position: int
    kind: str
    section: int
    pages: list[int]
    boxes: list[BoxJson]
    area: BoxJson | None
    label: str
    text: str
    cells: list[CellJson]
    links: list[LinkJson]


class FactsJson(TypedDict):
    """What is known about a paper besides its title, authors and year."""

    abstract: str
    arxiv_id: str
    arxiv_version: int | None
    doi: str
    venue: str
    affiliations: list[str]
    keywords: list[str]
    code: list[str]


class PaperDetailJson(PaperRowJson, FactsJson):
    """A paper of the library with its structure. ``remarks`` say how it was read."""

    remarks: list[str]
    sections: list[SectionJson]
    references: list[ReferenceJson]
    elements: list[ElementJson]


class FileJson(TypedDict):
    """What an ingestion did with a file.

    ``status`` is stored, replaced, unchanged, failed or skipped (of exports), or, of watched files,
    gone or removed; what does not apply is ``None``.
    """

    source: str
    status: str
    paper_id: str | None
    title: str | None
    pages: int | None
    chunks: int | None
    reason: str | None

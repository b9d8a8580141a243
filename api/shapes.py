"""What leaves Scholium of searches and answers as JSON: the shapes. `api.schemas` makes them of the
values. Scripts rely on these names.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from api.paper_shapes import BoxJson, CellJson, PaperJson


class PlaceJson(TypedDict):
    """Which section a passage is from. ``path`` has the headings down to it, outermost first."""

    number: str
    title: str
    path: list[str]
    role: str


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


class CitedJson(TypedDict):
    """What a marker in an answer stands for: ``quote`` is verbatim in the chunk's text."""

    marker: str
    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    page: int | None
    quote: str


class CitationJson(CitedJson):
    """The same with where it is on the page, and the ``tables`` that the quote is from."""

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

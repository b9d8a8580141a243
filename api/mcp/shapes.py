"""What the tools give to programs; assistants read the same as text."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.comparison import ClaimPairJson, SilentJson
from api.paper_shapes import BoxJson, PaperJson, PaperRowJson, SectionJson
from api.shapes import CitedJson, PlaceJson, UsageJson


class PassageJson(TypedDict):
    """A passage that was found. ``chunk_id`` is what `get_citation` takes."""

    rank: int
    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    pages: list[int]
    text: str


class FoundJson(TypedDict):
    """The result of a search, best first."""

    query: str
    passages: list[PassageJson]


class AnsweredJson(TypedDict):
    """A cited answer. ``unsupported`` has the sentences that no citation supports, ``model`` is the
    language model that wrote it, if one did.
    """

    question: str
    answer: str
    abstained: bool
    citations: list[CitedJson]
    unsupported: list[str]
    note: str
    model: str
    usage: UsageJson


class SaidJson(TypedDict):
    """What one paper says on a question, and where."""

    paper: PaperJson
    text: str
    citations: list[CitedJson]


class ComparedJson(TypedDict):
    """What papers say on one question. ``by`` is who found the pairs: model or rules."""

    question: str
    claims: list[SaidJson]
    pairs: list[ClaimPairJson]
    silent: list[SilentJson]
    by: str
    note: str
    usage: UsageJson


class SectionTextJson(TypedDict):
    """A part of a section's text; the next begins at ``next_offset``, null after the last."""

    paper: PaperJson
    section: SectionJson
    pages: list[int]
    text: str
    offset: int
    next_offset: int | None
    total: int


class PapersJson(TypedDict):
    """A page of the list of papers; ``total`` counts those of all pages."""

    items: list[PaperRowJson]
    total: int


class WhereJson(TypedDict):
    """Where words stand: boxes in PDF points from the top left corner of their page.

    ``quote`` is as the paper spells it. ``before`` and ``after`` are the text around the chunk.
    """

    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    page: int | None
    pages: list[int]
    boxes: list[BoxJson]
    quote: str
    text: str
    before: str
    after: str

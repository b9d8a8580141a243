"""What the tools give to programs; assistants read the same as text."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.shapes import BoxJson, PaperJson, PaperRowJson, PlaceJson, SectionJson


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


class CitedJson(TypedDict):
    """What a marker in an answer stands for. ``quote`` is verbatim in the chunk's text."""

    marker: str
    chunk_id: str
    paper: PaperJson
    section: PlaceJson
    page: int | None
    quote: str


class AnsweredJson(TypedDict):
    """A cited answer. ``unsupported`` has the sentences that no citation supports."""

    question: str
    answer: str
    abstained: bool
    citations: list[CitedJson]
    unsupported: list[str]
    note: str


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

"""What leaves Scholium of papers as JSON: the shapes. `api.schemas` makes them of the values.

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

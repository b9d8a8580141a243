"""What stands around chunks: their papers' metadata, their sections' paths, their elements' kinds.

A search asks it of two hundred chunks of as many papers, so each question is one statement over
all of them that reads nothing else: no other section, and no paper's text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from rag.store import rows
from rag.store.connection import Connection
from rag.types import Chunk, Element, Kind, Metadata, Section, section_path

OUTLINES = """
SELECT paper_id, title, authors, year, arxiv_id, abstract, more,
    (SELECT max(position) FROM sections WHERE sections.paper_id = papers.paper_id) AS last
FROM papers WHERE paper_id IN
"""
BRANCHES = """
WITH RECURSIVE place (paper_id, position) AS (VALUES {places}),
branch (paper_id, position) AS (
    SELECT paper_id, position FROM place
    UNION
    SELECT paper_id, parent FROM sections JOIN branch USING (paper_id, position)
    WHERE parent IS NOT NULL
)
SELECT paper_id, position, number, title, level, role, parent, page
FROM branch JOIN sections USING (paper_id, position)
"""
"""Sections and their ancestors. The places stand apart: SQLite unites at most 500 parts, and would
count each of them."""
# A row value IN a list would have SQLite read the whole table.
KINDS = """
WITH place (paper_id, position) AS (VALUES {places})
SELECT paper_id, position, kind FROM place CROSS JOIN elements USING (paper_id, position)
"""
# A link counts where it begins. Text is cut out by SQLite, which counts characters as Python does.
POINTED = """
SELECT {element}, position, substr(text, start + 1, stop - start) AS words
FROM elements JOIN papers USING (paper_id)
WHERE paper_id = ? AND position IN (
    SELECT target FROM links
    WHERE links.paper_id = ? AND links.kind IN ('element', 'footnote')
    AND links.start >= ? AND links.start < ?
) AND NOT (start < ? AND stop > ?)
ORDER BY position
"""
HOMES = """
SELECT chunk_id, paper_id, EXISTS (
    SELECT 1 FROM sections
    WHERE sections.paper_id = chunks.paper_id AND sections.role = 'abstract'
)
FROM chunks WHERE chunk_id IN
"""

Paths = dict[int, tuple[Section, ...]]


@dataclass(frozen=True, slots=True)
class Outline:
    """A paper's metadata, the number of its last section, and the paths that were asked for."""

    metadata: Metadata
    last: int
    paths: Mapping[int, tuple[Section, ...]]

    def position(self, section: int) -> float:
        """Where in the paper a section stands, from 0 (first) to 1 (last)."""
        return section / max(self.last, 1)


def outlines(catalog: Connection, chunks: Iterable[Chunk]) -> dict[str, Outline]:
    """The chunks' papers, with the paths of the sections that the chunks stand in."""
    paths = _paths(catalog, {(chunk.paper_id, chunk.section) for chunk in chunks})
    return {
        row["paper_id"]: Outline(rows.to_metadata(row), row["last"], paths[row["paper_id"]])
        for row in catalog.select_in(OUTLINES, sorted(paths))
    }


@dataclass(frozen=True, slots=True)
class Pointed:
    """An element that a chunk points to, its place among the paper's, and its text."""

    position: int
    element: Element
    text: str


def pointed(catalog: Connection, chunk: Chunk) -> tuple[Pointed, ...]:
    """What the chunk points to outside of itself, in the paper's order: the tables, figures,
    equations and algorithms that it names, and the footnotes that it calls.
    """
    start, end = chunk.span.start, chunk.span.end
    sql = POINTED.format(element=rows.ELEMENT)
    values = [chunk.paper_id, chunk.paper_id, start, end, end, start]
    return tuple(
        Pointed(row["position"], rows.to_element(row[:-2]), row["words"])
        for row in catalog.select(sql, values)
    )


def first_kinds(catalog: Connection, chunks: Iterable[Chunk]) -> dict[tuple[str, int], Kind]:
    """The kind of each chunk's first element, by paper and position."""
    places = [(chunk.paper_id, chunk.elements[0]) for chunk in chunks if chunk.elements]
    found = catalog.select_at(KINDS, places)
    return {(row["paper_id"], row["position"]): Kind(row["kind"]) for row in found}


def _paths(catalog: Connection, places: Set[tuple[str, int]]) -> dict[str, Paths]:
    sections: defaultdict[str, dict[int, Section]] = defaultdict(dict)
    for paper_id, position, *section in catalog.select_at(BRANCHES, sorted(places)):
        sections[paper_id][position] = rows.to_section(section)
    paths: defaultdict[str, Paths] = defaultdict(dict)
    for paper_id, position in places:
        paths[paper_id][position] = section_path(sections[paper_id], position)
    return paths

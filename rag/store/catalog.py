"""The catalog: the only source of truth of a library, in one SQLite file.

The indexes are derived from it. What keeps the two in step is the table ``unsettled``: before
an index is touched, the ids concerned are written there, and they leave it only when the indexes
hold exactly what the catalog shows. After a crash, whatever is still there is put right: ids that
the catalog shows are added again, the others are deleted (`ingest.admit.settle`).

Readers never block a writer nor wait for one (write-ahead log).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rag.errors import LibraryCorrupt, LibraryError, UnknownPaper
from rag.lifting import Home
from rag.store import rows, schema
from rag.store.connection import BATCH, SEARCH_CACHE_KIB, Connection
from rag.store.filters import of_papers, of_roles
from rag.store.surroundings import HOMES, Pointed, first_kinds, outlines, pointed
from rag.types import (
    Candidate,
    Chunk,
    Element,
    Evidence,
    Filter,
    Kind,
    Link,
    Paper,
    PaperRow,
    Ranking,
    Reference,
    Section,
    Span,
)

FILE = "catalog.sqlite"
_CHUNKS_OF_A_PAPER = 5  # a short one has twice as many, an abstract one or two


class Catalog(Connection):
    """One connection to a library's catalog, for reading."""

    _stood_in_for = ""  # the older version that has stand-ins for what it lacks

    def __init__(self, directory: Path, cache_kib: int = SEARCH_CACHE_KIB) -> None:
        """Opens the catalog in ``directory``.

        Raises LibraryError if there is none, LibraryCorrupt if the file is damaged.
        """
        if not (directory / FILE).exists():
            raise LibraryError(
                f"there is no library at {directory}: make one with "
                f"`scholium ingest FOLDER --library {directory}`"
            )
        super().__init__(directory / FILE, "ro", cache_kib)
        self._check_version(schema.READABLE)
        if (found := self.meta("schema")) in schema.UNSTRUCTURED:
            for statement in schema.statements(schema.STAND_INS):
                self.execute(statement)
            self._stood_in_for = found

    def _selected(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        if self._stood_in_for:
            self._perhaps_step_back()
        return super()._selected(sql, values)

    def _perhaps_step_back(self) -> None:
        """Does without the stand-ins once a writer has brought the file up to date: they would hide
        what it has now.
        """
        [found] = super()._selected("SELECT value FROM main.meta WHERE key = 'schema'", [])
        if found["value"] != self._stood_in_for:
            for statement in schema.statements(schema.STEP_BACK):
                super()._selected(statement, [])
            self._stood_in_for = ""

    def _check_version(self, known: Container[str]) -> None:
        if not self.has_table("meta"):
            raise LibraryError(
                f"{self.path} is empty: the ingest that made it was stopped before it began. "
                "Run it again"
            )
        if (found := self.meta("schema")) not in known:
            raise LibraryError(
                f"{self.path} has schema {found}, this Scholium reads {schema.VERSION}: "
                "use the version that made it, or ingest into a new library"
            )

    def meta(self, key: str) -> str:
        """A value of the library as a whole: library, generation, index, fingerprint, schema."""
        found = self.select("SELECT value FROM meta WHERE key = ?", [key])
        if not found:
            raise LibraryCorrupt(f"{self.path} lacks its {key!r} record: restore it from a backup")
        return str(found[0]["value"])

    def fingerprint(self) -> dict[str, str]:
        """The settings that the indexes are built with; empty before the first paper."""
        return dict(json.loads(self.meta("fingerprint")))

    def papers(self) -> list[PaperRow]:
        """Every paper, by title."""
        counts = dict(self._pairs("SELECT paper_id, count(*) FROM chunks GROUP BY paper_id"))
        found = self.select(f"SELECT {rows.PAPER} FROM papers ORDER BY title, paper_id")
        return [rows.to_paper_row(row, counts.get(row["paper_id"], 0)) for row in found]

    def find(self, *, content_hash: str = "", source: str = "", paper_id: str = "") -> str | None:
        """The id of a paper with that content, source or id, if there is one."""
        found = self.select(
            "SELECT paper_id FROM papers WHERE content_hash = ? OR source = ? OR paper_id = ?",
            [content_hash or None, source or None, paper_id or None],
        )
        return str(found[0]["paper_id"]) if found else None

    def paper(self, paper_id: str) -> Paper:
        """The whole paper. Raises UnknownPaper."""
        with self.snapshot():
            return self._paper(paper_id)

    def _paper(self, paper_id: str) -> Paper:
        found = self.select(f"SELECT {rows.PAPER}, text FROM papers WHERE paper_id = ?", [paper_id])
        if not found:
            raise UnknownPaper(
                f"no paper {paper_id!r} in this library: `scholium papers` lists the ids"
            )
        row = rows.to_paper_row(found[0], 0)
        return Paper(
            paper_id,
            row.metadata,
            found[0]["text"],
            self._sections(paper_id),
            self._elements(paper_id),
            row.pages,
            row.source,
            row.content_hash,
            self.references(paper_id),
            self.links(paper_id),
            rows.remarks(found[0]),
        )

    def chunk_ids(self) -> set[str]:
        """Every visible chunk's id."""
        return {row["chunk_id"] for row in self.select("SELECT chunk_id FROM chunks")}

    def ids_within(self, where: Filter) -> list[str]:
        """The ids of the visible chunks that ``where`` lets through."""
        papers, values = of_papers(where)
        roles, wanted = of_roles(where)
        sql = (
            "SELECT chunk_id FROM papers JOIN chunks USING (paper_id) "
            "JOIN sections ON sections.paper_id = chunks.paper_id "
            f"AND sections.position = chunks.section WHERE {papers} AND {roles}"
        )
        return [row["chunk_id"] for row in self.select(sql, [*values, *wanted])]

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        """The visible ones of ``chunk_ids``."""
        sql = f"SELECT {rows.CHUNK} FROM chunks WHERE chunk_id IN"
        return {row["chunk_id"]: rows.to_chunk(row) for row in self.select_in(sql, chunk_ids)}

    def chunks_of(self, paper_id: str) -> list[Chunk]:
        """A paper's chunks in reading order."""
        sql = f"SELECT {rows.CHUNK} FROM chunks WHERE paper_id = ? ORDER BY start, chunk_id"
        return [rows.to_chunk(row) for row in self.select(sql, [paper_id])]

    def candidates(self, ranking: Ranking, limit: int) -> list[Candidate]:
        """The first ``limit`` hits that are visible, in their order, with their surroundings.

        An index may hold more than the catalog shows while a paper is coming in.
        """
        with self.snapshot():
            chunks = self._first_visible(ranking, limit)
            papers = outlines(self, chunks.values())
            kinds = first_kinds(self, chunks.values())
        return [
            Candidate(
                chunk,
                hit.score,
                papers[chunk.paper_id].metadata,
                papers[chunk.paper_id].paths[chunk.section],
                kinds.get((chunk.paper_id, chunk.elements[0]), Kind.PARAGRAPH),
                papers[chunk.paper_id].position(chunk.section),
            )
            for hit in ranking.hits
            if (chunk := chunks.get(hit.chunk_id))
        ]

    def evidence(self, found: Sequence[tuple[Chunk, float]]) -> tuple[Evidence, ...]:
        """Scored chunks with their surroundings, ranked as they come.

        Left out is what a writer has taken away since it was found.
        """
        with self.snapshot():
            chunks = self.chunks([chunk.chunk_id for chunk, _ in found])
            papers = outlines(self, chunks.values())
            still = [(chunks[c.chunk_id], s) for c, s in found if c.chunk_id in chunks]
            return tuple(
                Evidence(
                    chunk,
                    score,
                    rank,
                    papers[chunk.paper_id].metadata,
                    papers[chunk.paper_id].paths[chunk.section],
                    self._elements(chunk.paper_id, chunk.elements),
                )
                for rank, (chunk, score) in enumerate(still, 1)
            )

    def pointed(self, chunk: Chunk) -> tuple[Pointed, ...]:
        """The tables, figures, equations, algorithms and footnotes that a chunk points to and
        does not hold, with their text: what to bring along so that "see Table 3" can be seen.
        """
        return pointed(self, chunk)

    def _first_visible(self, ranking: Ranking, limit: int) -> dict[str, Chunk]:
        shown: dict[str, Chunk] = {}
        step = min(limit, BATCH)
        for start in range(0, len(ranking.hits), step):
            ids = [hit.chunk_id for hit in ranking.hits[start : start + step]]
            found = self.chunks(ids)
            shown |= {i: found[i] for i in ids if i in found}
            if len(shown) >= limit:
                break
        return dict(islice(shown.items(), limit))

    def homes_of(self, chunk_ids: Sequence[str]) -> dict[str, Home]:
        """The paper of each visible one of ``chunk_ids``."""
        found = self.select_in(HOMES, chunk_ids)
        return {row[0]: Home(row[1], bool(row[2])) for row in found}

    def is_of_abstracts(self) -> bool:
        """Whether there is hardly more of the papers than their abstracts."""
        [row] = self.select("SELECT (SELECT count(*) FROM chunks), (SELECT count(*) FROM papers)")
        return bool(row[0] < _CHUNKS_OF_A_PAPER * row[1])

    def is_empty(self) -> bool:
        """Whether there is no paper at all."""
        return not self.select("SELECT 1 FROM papers LIMIT 1")

    def source(self, paper_id: str) -> str:
        """The file that a paper came from. Raises UnknownPaper."""
        found = self.select("SELECT source FROM papers WHERE paper_id = ?", [paper_id])
        if not found:
            raise UnknownPaper(f"no paper {paper_id!r} in this library")
        return str(found[0]["source"])

    def unsettled(self) -> set[str]:
        """Ids whose state in the indexes is in doubt."""
        return {row["chunk_id"] for row in self.select("SELECT chunk_id FROM unsettled")}

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file, one line each."""
        found = [row[0] for row in self.select("PRAGMA quick_check(5)")]
        return [] if found == ["ok"] else [f"catalog: {line}" for line in found]

    def references(self, paper_id: str) -> tuple[Reference, ...]:
        """A paper's bibliography, in its order."""
        sql = f"SELECT {rows.REFERENCE} FROM bibliography WHERE paper_id = ? ORDER BY position"
        return tuple(map(rows.to_reference, self.select(sql, [paper_id])))

    def links(self, paper_id: str, within: Span | None = None) -> tuple[Link, ...]:
        """Where a paper's text points to other parts of it, all or those ``within`` a part."""
        sql = f"SELECT {rows.LINK} FROM links WHERE paper_id = ?"
        values: list[object] = [paper_id]
        if within is not None:
            sql += " AND start >= ? AND stop <= ?"
            values += [within.start, within.end]
        return tuple(map(rows.to_link, self.select(f"{sql} ORDER BY position", values)))

    # -- plumbing --------------------------------------------------------------------------

    def _sections(self, paper_id: str) -> tuple[Section, ...]:
        sql = f"SELECT {rows.SECTION} FROM sections WHERE paper_id = ? ORDER BY position"
        return tuple(map(rows.to_section, self.select(sql, [paper_id])))

    def _elements(self, paper_id: str, only: Sequence[int] | None = None) -> tuple[Element, ...]:
        sql = f"SELECT {rows.ELEMENT} FROM elements WHERE paper_id = ?"
        if only is None:
            return tuple(map(rows.to_element, self.select(f"{sql} ORDER BY position", [paper_id])))
        if not only:
            return ()
        between = f"{sql} AND position BETWEEN ? AND ? ORDER BY position"
        return tuple(map(rows.to_element, self.select(between, [paper_id, min(only), max(only)])))

    def _pairs(self, sql: str) -> list[tuple[str, int]]:
        return [(str(row[0]), int(row[1])) for row in self.select(sql)]

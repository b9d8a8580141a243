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
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rag.closing import Closing
from rag.errors import LibraryCorrupt, LibraryError, UnknownPaper
from rag.store import rows
from rag.store.remedies import remedy
from rag.types import (
    Candidate,
    Chunk,
    Element,
    Evidence,
    Kind,
    Metadata,
    Paper,
    PaperRow,
    Ranking,
    Section,
    section_path,
)

FILE = "catalog.sqlite"
_BATCH = 500  # ids in one statement; SQLite's limit on variables is far above


@dataclass(frozen=True, slots=True)
class _Outline:
    """A paper's metadata, the number of its last section, and the paths that were asked for."""

    metadata: Metadata
    last: int
    paths: Mapping[int, tuple[Section, ...]]

    def position(self, section: int) -> float:
        return section / max(self.last, 1)


class Catalog(Closing):
    """One connection to a library's catalog."""

    def __init__(self, directory: Path, *, write: bool = False) -> None:
        """Opens the catalog in ``directory``; ``write`` creates what is missing.

        Raises LibraryError if there is none to read or it can't be written, LibraryCorrupt if
        the file is damaged.
        """
        self.path = directory / FILE
        self._mutex = threading.RLock()
        if not write and not self.path.exists():
            raise LibraryError(
                f"there is no library at {directory}: make one with "
                f"`scholium ingest FOLDER --library {directory}`"
            )
        with self._translated():
            if write:
                directory.mkdir(parents=True, exist_ok=True)
            mode = "rwc" if write else "ro"
            self._db = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                timeout=30,
            )
            self._db.row_factory = sqlite3.Row
            self._db.isolation_level = None
            if write:
                self._prepare()
            self._check_version()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        with self.transaction():
            if self._has_tables():
                return
            for statement in filter(str.strip, rows.SCHEMA.split(";")):
                self._db.execute(statement)
            first = {"schema": str(rows.SCHEMA_VERSION), "library": uuid.uuid4().hex}
            first |= {"generation": "0", "index": "1", "fingerprint": "{}"}
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", first.items())

    def _check_version(self) -> None:
        if not self._has_tables():
            raise LibraryError(
                f"{self.path} is empty: the ingest that made it was stopped before it began. "
                "Run it again"
            )
        found = self.meta("schema")
        if found != str(rows.SCHEMA_VERSION):
            raise LibraryError(
                f"{self.path} has schema {found}, this Scholium reads {rows.SCHEMA_VERSION}: "
                "use the version that made it, or ingest into a new library"
            )

    def _has_tables(self) -> bool:
        found = self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
        return found is not None

    # -- what is there ---------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is all of one state, whatever a writer commits meanwhile."""
        with self._mutex:
            inner = self._db.in_transaction
            if not inner:
                self._all("BEGIN")
            try:
                yield
            finally:
                if not inner:
                    self._all("COMMIT")

    def meta(self, key: str) -> str:
        """A value of the library as a whole: library, generation, index, fingerprint, schema."""
        found = self._all("SELECT value FROM meta WHERE key = ?", [key])
        if not found:
            raise LibraryCorrupt(f"{self.path} lacks its {key!r} record: restore it from a backup")
        return str(found[0]["value"])

    def papers(self) -> list[PaperRow]:
        """Every paper, by title."""
        counts = dict(self._pairs("SELECT paper_id, count(*) FROM chunks GROUP BY paper_id"))
        found = self._all(f"SELECT {rows.PAPER} FROM papers ORDER BY title, paper_id")
        return [rows.to_paper_row(row, counts.get(row["paper_id"], 0)) for row in found]

    def find(self, *, content_hash: str = "", source: str = "", paper_id: str = "") -> str | None:
        """The id of a paper with that content, source or id, if there is one."""
        found = self._all(
            "SELECT paper_id FROM papers WHERE content_hash = ? OR source = ? OR paper_id = ?",
            [content_hash or None, source or None, paper_id or None],
        )
        return str(found[0]["paper_id"]) if found else None

    def paper(self, paper_id: str) -> Paper:
        """The whole paper. Raises UnknownPaper."""
        with self.snapshot():
            return self._paper(paper_id)

    def _paper(self, paper_id: str) -> Paper:
        found = self._all(f"SELECT {rows.PAPER}, text FROM papers WHERE paper_id = ?", [paper_id])
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
        )

    def chunk_ids(self) -> set[str]:
        """Every visible chunk's id."""
        return {row["chunk_id"] for row in self._all("SELECT chunk_id FROM chunks")}

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        """The visible ones of ``chunk_ids``."""
        sql = f"SELECT {rows.CHUNK} FROM chunks WHERE chunk_id IN"
        return {row["chunk_id"]: rows.to_chunk(row) for row in self._each(sql, chunk_ids)}

    def chunks_of(self, paper_id: str) -> list[Chunk]:
        """A paper's chunks in reading order."""
        sql = f"SELECT {rows.CHUNK} FROM chunks WHERE paper_id = ? ORDER BY start, chunk_id"
        return [rows.to_chunk(row) for row in self._all(sql, [paper_id])]

    def candidates(self, ranking: Ranking, limit: int) -> list[Candidate]:
        """The first ``limit`` hits that are visible, in their order, with their surroundings.

        An index may hold more than the catalog shows while a paper is coming in.
        """
        with self.snapshot():
            chunks = self._first_visible(ranking, limit)
            papers = self._papers_of(chunks.values())
            kinds = self._kinds(chunks.values())
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
            papers = self._papers_of(chunks.values())
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

    def _first_visible(self, ranking: Ranking, limit: int) -> dict[str, Chunk]:
        shown: dict[str, Chunk] = {}
        step = min(limit, _BATCH)
        for start in range(0, len(ranking.hits), step):
            ids = [hit.chunk_id for hit in ranking.hits[start : start + step]]
            found = self.chunks(ids)
            shown |= {i: found[i] for i in ids if i in found}
            if len(shown) >= limit:
                break
        return dict(islice(shown.items(), limit))

    def _papers_of(self, chunks: Iterable[Chunk]) -> dict[str, _Outline]:
        """What surrounds the chunks: a search asks it of two hundred papers at once."""
        paths = self._paths({(chunk.paper_id, chunk.section) for chunk in chunks})
        return {
            row["paper_id"]: _Outline(rows.to_metadata(row), row["last"], paths[row["paper_id"]])
            for row in self._each(f"{rows.OUTLINES} WHERE paper_id IN", sorted(paths))
        }

    def _paths(self, places: Set[tuple[str, int]]) -> dict[str, dict[int, tuple[Section, ...]]]:
        """The path of each section, given by paper and position, by both."""
        found: defaultdict[str, dict[int, Section]] = defaultdict(dict)
        for row in self._at(rows.BRANCHES, sorted(places)):
            paper_id, position, *section = row
            found[paper_id][position] = rows.to_section(section)
        paths: defaultdict[str, dict[int, tuple[Section, ...]]] = defaultdict(dict)
        for paper_id, position in places:
            paths[paper_id][position] = section_path(found[paper_id], position)
        return paths

    def _kinds(self, chunks: Iterable[Chunk]) -> dict[tuple[str, int], Kind]:
        """The kind of each chunk's first element, by paper and position."""
        places = [(chunk.paper_id, chunk.elements[0]) for chunk in chunks if chunk.elements]
        found = self._at(rows.KINDS, places)
        return {(row["paper_id"], row["position"]): Kind(row["kind"]) for row in found}

    def is_empty(self) -> bool:
        """Whether there is no paper at all."""
        return not self._all("SELECT 1 FROM papers LIMIT 1")

    def source(self, paper_id: str) -> str:
        """The file that a paper came from. Raises UnknownPaper."""
        found = self._all("SELECT source FROM papers WHERE paper_id = ?", [paper_id])
        if not found:
            raise UnknownPaper(f"no paper {paper_id!r} in this library")
        return str(found[0]["source"])

    def unsettled(self) -> set[str]:
        """Ids whose state in the indexes is in doubt."""
        return {row["chunk_id"] for row in self._all("SELECT chunk_id FROM unsettled")}

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file, one line each."""
        found = [row[0] for row in self._all("PRAGMA quick_check(5)")]
        return [] if found == ["ok"] else [f"catalog: {line}" for line in found]

    # -- changing it -----------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._mutex, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back on a full disk
                    self._db.execute("ROLLBACK")
                raise

    def set_meta(self, key: str, value: str) -> None:
        """Replaces a value; belongs inside a transaction."""
        self._db.execute("UPDATE meta SET value = ? WHERE key = ?", [value, key])

    def set_fingerprint(self, fingerprint: dict[str, str]) -> None:
        """Records the settings that the indexes are built with."""
        self.set_meta("fingerprint", json.dumps(fingerprint, sort_keys=True))

    def fingerprint(self) -> dict[str, str]:
        """The settings that the indexes are built with; empty before the first paper."""
        return dict(json.loads(self.meta("fingerprint")))

    def doubt(self, chunk_ids: Iterable[str]) -> None:
        """Marks ids as unsettled, before an index is touched."""
        with self.transaction():
            ids = [(chunk_id,) for chunk_id in chunk_ids]
            self._db.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", ids)

    def settle(self) -> None:
        """The indexes hold what the catalog shows."""
        with self.transaction():
            self._db.execute("DELETE FROM unsettled")

    def put(self, paper: Paper, chunks: Sequence[Chunk]) -> None:
        """Makes a paper visible in place of any older version; belongs inside a transaction."""
        self.drop(paper.paper_id)  # which also tells readers that something has changed
        m = paper.metadata
        self._db.execute(
            "INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                paper.paper_id,
                m.title,
                json.dumps(m.authors, ensure_ascii=False),
                m.year,
                m.arxiv_id,
                m.abstract,
                paper.text,
                paper.pages,
                paper.source,
                paper.content_hash,
            ],
        )
        sections, elements = enumerate(paper.sections), enumerate(paper.elements)
        self._insert("sections", 8, (rows.from_section(paper.paper_id, i, s) for i, s in sections))
        self._insert("elements", 8, (rows.from_element(paper.paper_id, i, e) for i, e in elements))
        self._insert("chunks", 9, map(rows.from_chunk, chunks))

    def move(self, paper_id: str, source: str) -> None:
        """The paper's file is elsewhere now."""
        with self.transaction():
            self._db.execute("UPDATE papers SET source = ? WHERE paper_id = ?", [source, paper_id])

    def drop(self, paper_id: str) -> None:
        """Makes a paper invisible, if it is there, and moves the library to a new generation;
        belongs inside a transaction.
        """
        self._db.execute("DELETE FROM papers WHERE paper_id = ?", [paper_id])
        generation = int(self.meta("generation")) + 1
        self.set_meta("generation", str(generation))

    def stage(self, chunks: Sequence[Chunk]) -> None:
        """Lays by new chunks of papers that stay, for `adopt_staged`."""
        with self.transaction():
            self._insert("staged_chunks", 9, map(rows.from_chunk, chunks))

    def clear_staged(self) -> None:
        """Forgets what was laid by."""
        with self.transaction():
            self._db.execute("DELETE FROM staged_chunks")

    def adopt_staged(self) -> None:
        """The chunks laid by become the library's chunks; belongs inside a transaction."""
        self._db.execute("DELETE FROM chunks")
        self._db.execute("INSERT INTO chunks SELECT * FROM staged_chunks")
        self._db.execute("DELETE FROM staged_chunks")
        self._db.execute("DELETE FROM unsettled")

    # -- plumbing --------------------------------------------------------------------------

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    def _sections(self, paper_id: str) -> tuple[Section, ...]:
        sql = f"SELECT {rows.SECTION} FROM sections WHERE paper_id = ? ORDER BY position"
        return tuple(map(rows.to_section, self._all(sql, [paper_id])))

    def _elements(self, paper_id: str, only: Sequence[int] | None = None) -> tuple[Element, ...]:
        sql = f"SELECT {rows.ELEMENT} FROM elements WHERE paper_id = ?"
        if only is None:
            return tuple(map(rows.to_element, self._all(f"{sql} ORDER BY position", [paper_id])))
        if not only:
            return ()
        between = f"{sql} AND position BETWEEN ? AND ? ORDER BY position"
        return tuple(map(rows.to_element, self._all(between, [paper_id, min(only), max(only)])))

    def _insert(self, table: str, columns: int, values: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * columns)
        self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)

    def _pairs(self, sql: str) -> list[tuple[str, int]]:
        return [(str(row[0]), int(row[1])) for row in self._all(sql)]

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._translated(), closing(self._db.execute(sql, values)) as cursor:
            return list(cursor)

    def _each(self, sql: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            yield from self._all(f"{sql} ({', '.join('?' * len(batch))})", batch)

    def _at(self, sql: str, places: Sequence[tuple[str, int]]) -> Iterator[sqlite3.Row]:
        """The rows at ``places``, papers and positions, which ``sql`` has as ``{places}``."""
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            marks = ", ".join(["(?, ?)"] * len(batch))
            yield from self._all(sql.format(places=marks), [v for place in batch for v in place])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise LibraryError(f"{self.path}: {error}; {_advice(error)}") from error
        except sqlite3.DatabaseError as error:
            raise LibraryCorrupt(
                f"{self.path} is damaged ({error}): restore it from a backup, "
                "or move the library away and ingest the papers again"
            ) from error
        except OSError as error:
            raise LibraryError(f"can't use {self.path.parent}: {error.strerror}") from error


def _advice(error: BaseException) -> str:
    busy = "locked" in str(error)
    later = "another process is writing; try again when it has finished"
    return remedy(error, later if busy else "run `scholium doctor`")

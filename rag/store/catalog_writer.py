"""What changes a library's catalog. One process at a time writes: `ingest.lock` sees to that."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from rag.store import rows, schema
from rag.store.catalog import FILE, Catalog
from rag.store.connection import SEARCH_CACHE_KIB, Connection
from rag.types import Chunk, Glossary, Paper

T = TypeVar("T")

_NOTHING_MINED = Glossary()


class WritableCatalog(Catalog):
    """One connection to a library's catalog, for reading and writing."""

    def __init__(self, directory: Path, cache_kib: int = SEARCH_CACHE_KIB) -> None:
        """Opens the catalog in ``directory``, and creates what is missing.

        One of an older schema is brought to today's, in one transaction. Raises LibraryError if
        it can't be written, LibraryCorrupt if the file is damaged.
        """
        Connection.__init__(self, directory / FILE, "rwc", cache_kib)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self.select(f"PRAGMA {pragma}")
        with self.transaction():
            self._bring_up_to_date()
        self._check_version({schema.VERSION})

    def _bring_up_to_date(self) -> None:
        if not self.has_table("meta"):
            self._run(schema.SCHEMA)
            first = {"schema": schema.VERSION, "library": uuid.uuid4().hex}
            first |= {"generation": "0", "index": "1", "fingerprint": "{}"}
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", first.items())
        elif upgrade := schema.UPGRADES.get(self.meta("schema")):
            self._run(upgrade)
            self.set_meta("schema", schema.VERSION)

    def _run(self, script: str) -> None:
        for statement in schema.statements(script):
            self._db.execute(statement)

    def set_meta(self, key: str, value: str) -> None:
        """Replaces a value; belongs inside a transaction."""
        self._db.execute("UPDATE meta SET value = ? WHERE key = ?", [value, key])

    def set_fingerprint(self, fingerprint: dict[str, str]) -> None:
        """Records the settings that the indexes are built with."""
        self.set_meta("fingerprint", json.dumps(fingerprint, sort_keys=True))

    def doubt(self, chunk_ids: Iterable[str]) -> None:
        """Marks ids as unsettled, before an index is touched."""
        with self.transaction():
            ids = [(chunk_id,) for chunk_id in chunk_ids]
            self._db.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", ids)

    def settle(self) -> None:
        """The indexes hold what the catalog shows."""
        with self.transaction():
            self._db.execute("DELETE FROM unsettled")

    def put(
        self, paper: Paper, chunks: Sequence[Chunk], glossary: Glossary = _NOTHING_MINED
    ) -> None:
        """Makes a paper visible in place of any older version; belongs inside a transaction."""
        self.drop(paper.paper_id)  # which also tells readers that something has changed
        m = paper.metadata
        self._db.execute(
            "INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                rows.more_of(paper),
            ],
        )
        self._insert_parts("sections", 8, rows.from_section, paper.paper_id, paper.sections)
        self._insert_parts("elements", 10, rows.from_element, paper.paper_id, paper.elements)
        self._insert_links(paper)
        self._insert("chunks", 9, map(rows.from_chunk, chunks))
        self.put_glossary(paper.paper_id, glossary)

    def put_links(self, paper: Paper) -> None:
        """Replaces the references and links of a paper that stays as it is otherwise, and moves the
        library to a new generation; belongs inside a transaction.
        """
        for table in ("bibliography", "links"):
            self._db.execute(f"DELETE FROM {table} WHERE paper_id = ?", [paper.paper_id])
        self._insert_links(paper)
        self._next_generation()

    def _insert_links(self, paper: Paper) -> None:
        paper_id = paper.paper_id
        self._insert_parts("bibliography", 11, rows.from_reference, paper_id, paper.references)
        self._insert_parts("links", 6, rows.from_link, paper_id, paper.links)

    def put_facts(self, paper: Paper) -> None:
        """Replaces the metadata and remarks of a paper that stays as it is otherwise, and moves
        the library to a new generation; belongs inside a transaction.
        """
        m = paper.metadata
        self._db.execute(
            "UPDATE papers SET title = ?, authors = ?, year = ?, arxiv_id = ?, abstract = ?, "
            "more = ? WHERE paper_id = ?",
            [
                m.title,
                json.dumps(m.authors, ensure_ascii=False),
                m.year,
                m.arxiv_id,
                m.abstract,
                rows.more_of(paper),
                paper.paper_id,
            ],
        )
        self._next_generation()

    def put_glossary(self, paper_id: str, glossary: Glossary) -> None:
        """Replaces what a paper calls things and goes by; belongs inside a transaction."""
        self._db.execute("DELETE FROM terms WHERE paper_id = ?", [paper_id])
        self._db.execute("DELETE FROM names WHERE paper_id = ?", [paper_id])
        self._insert("terms", 7, rows.from_terms(paper_id, glossary.terms))
        self._insert("names", 3, rows.from_names(paper_id, glossary.names))

    def move(self, sources: Mapping[str, str]) -> None:
        """These papers' files are elsewhere now: paper id to source."""
        with self.transaction():
            moved = ((source, paper_id) for paper_id, source in sources.items())
            self._db.executemany("UPDATE papers SET source = ? WHERE paper_id = ?", moved)

    def drop(self, paper_id: str) -> None:
        """Makes a paper invisible, if it is there, and moves the library to a new generation;
        belongs inside a transaction.
        """
        self._db.execute("DELETE FROM papers WHERE paper_id = ?", [paper_id])
        self._next_generation()

    def _next_generation(self) -> None:
        self.set_meta("generation", str(int(self.meta("generation")) + 1))

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

    def _insert_parts(
        self,
        table: str,
        columns: int,
        from_part: Callable[[str, int, T], tuple[object, ...]],
        paper_id: str,
        parts: Iterable[T],
    ) -> None:
        values = (from_part(paper_id, position, part) for position, part in enumerate(parts))
        self._insert(table, columns, values)

    def _insert(self, table: str, columns: int, values: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * columns)
        self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)

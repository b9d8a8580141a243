"""Where the papers of a data set come from: files, or records of one big file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets.lines import objects, unlike, wrong
from ingest.commands import ingest, ingest_papers
from ingest.events import Event
from ingest.identity import content_hash
from ingest.records import Record, paper_of
from ingest.sources import find_sources
from rag.config import Settings
from rag.errors import SourceError
from rag.types import Paper, Role


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of papers. A paper's name is its file's, without the ending."""

    folder: Path

    def ingest(self, library: Path, settings: Settings) -> Iterator[Event]:
        return ingest([self.folder], library, settings)

    def name(self, source: str) -> str:
        return Path(source).stem

    def digest(self) -> str:
        files = find_sources([self.folder]).files
        return _digest(sorted((path.name, content_hash(path)) for path in files))


@dataclass(frozen=True, slots=True)
class Records:
    """A file with one paper a line: ``_id`` or ``id``, ``title``, ``abstract`` or ``text``, and
    optionally ``year``. A paper's name is its id.
    """

    path: Path

    def ingest(self, library: Path, settings: Settings) -> Iterator[Event]:
        count = sum(1 for _ in objects(self.path))
        return ingest_papers(self.papers(), count, library, settings)

    def papers(self) -> Iterator[Paper | SourceError]:
        """Every record as a paper, or why it is none. Raises UsageError."""
        for record in self.records():
            try:
                yield paper_of(record, self.path.name)
            except SourceError as error:
                yield error

    def records(self) -> Iterator[Record]:
        """Raises UsageError, naming the line, for what is no record or has an id that is taken."""
        seen: set[str] = set()
        for number, raw in objects(self.path):
            try:
                record = _record(raw)
            except (KeyError, TypeError, ValueError) as error:
                raise unlike(self.path, number, "a paper", error) from error
            if record.record_id in seen:
                raise wrong(self.path, number, f"the id {record.record_id!r} comes a second time")
            seen.add(record.record_id)
            yield record

    def name(self, source: str) -> str:
        return source.partition("#")[2]

    def digest(self) -> str:
        return content_hash(self.path)


def _record(raw: dict[str, Any]) -> Record:
    abstract = "abstract" in raw
    year = raw.get("year")
    return Record(
        str(raw["_id"] if "_id" in raw else raw["id"]),
        str(raw.get("title") or ""),
        str(raw["abstract" if abstract else "text"] or ""),
        int(year) if year else None,
        Role.ABSTRACT if abstract else Role.OTHER,
    )


def _digest(parts: list[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(map("\0".join, parts)).encode()).hexdigest()

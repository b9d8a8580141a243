"""Where a paper's file is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ingest.identity import unchanged_hash
from ingest.uploads.naming import FOLDER, folders_of
from rag.errors import SourceError


def found(library: Path, source: str, content_hash: str) -> Path | None:
    """The file that a paper was read from, as it was then; ``None`` if it is not there any more.

    It is looked for at ``source`` and, as a library may have been moved, among its uploads.
    """
    for path in _places(library, source, content_hash):
        with suppress(SourceError):
            if unchanged_hash(path) == content_hash:
                return path
    return None


def _places(library: Path, source: str, content_hash: str) -> Iterator[Path]:
    yield Path(source)
    for folder in folders_of(content_hash):
        yield from sorted((library / FOLDER / folder).glob("*"))

"""What a paper is called for ever: an id that a re-ingest gives again and a person can type."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from ingest.arxiv import id_in_name
from rag.errors import SourceError
from rag.types import Metadata

_HASH_DIGITS = 10


def paper_id_of(metadata: Metadata, content_hash: str, source_name: str) -> str:
    """The arXiv id (printed, or the whole of the file's name), else "p" and part of the hash.

    A slash of an old id becomes a hyphen, so that ids are safe in file names and URLs.
    """
    arxiv_id = metadata.arxiv_id or id_in_name(Path(source_name).stem)
    return arxiv_id.replace("/", "-") or f"p{content_hash[:_HASH_DIGITS]}"


def content_hash(path: Path) -> str:
    """The SHA-256 of the file, or of what a project consists of, in hexadecimal digits.

    Raises SourceError if it can't be read.
    """
    from ingest.projects import is_project, project_hash  # which know parsers, which know this

    if is_project(path):
        return project_hash(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(path.name, f"can't be read: {error.strerror or error}") from error


def unchanged_hash(path: Path) -> str:
    """The same, read once for as long as the file is as long and as old as it was."""
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(path.name, f"can't be read: {error.strerror or error}") from error
    return _hash_of(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1024)
def _hash_of(path: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001
    return content_hash(path)

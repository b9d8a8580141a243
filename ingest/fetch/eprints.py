"""What arXiv sends as the source of a preprint: a packed folder, or one packed file."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from itertools import islice
from pathlib import Path

from ingest.parsers import tar
from ingest.parsers.tree import MAX_SEEN
from rag.errors import FetchError

FOLDER = ".tar.gz"
FILE = ".gz"

_HEAD = 1 << 16
_TEX = (".tex", ".ltx", ".latex")
_BROKEN = (OSError, EOFError, ValueError, RuntimeError, zlib.error, tarfile.TarError)


def ending_of(packed: Path, max_mb: int) -> str:
    """How the name of a packed LaTeX source should end: `FOLDER` or `FILE`.

    Nothing is unpacked to the disk. Raises FetchError for what has no LaTeX in it, or none within
    the first ``max_mb`` MB of a folder.
    """
    try:
        if tar.holds_tar(packed):
            kind, has_tex = FOLDER, _names_tex(packed, max_mb * 10**6)
        else:
            kind, has_tex = FILE, _is_tex(packed)
    except _BROKEN as error:
        raise FetchError(packed.name, f"has a source that can't be unpacked: {error}") from error
    if not has_tex:
        raise FetchError(packed.name, "has a source that is not LaTeX")
    return kind


def _names_tex(packed: Path, most: int) -> bool:
    """Whether a folder has a TeX file. What comes before it is passed over, and bounded."""
    size = 0
    for member, _ in islice(tar.members(packed), MAX_SEEN):
        if member.name.lower().endswith(_TEX):
            return True
        size += member.size
        if size > most:
            return False
    return False


def _is_tex(packed: Path) -> bool:
    with gzip.open(packed) as file:
        head = file.read(_HEAD)
    return b"\\" in head and b"\0" not in head

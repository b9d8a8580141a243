"""What arXiv sends as the source of a preprint: a packed folder, or one packed file."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ingest.fetch.bodies import bounded
from rag.errors import FetchError

ARCHIVE = ".tar.gz"

_AT_ONCE = 1 << 16
_BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError)


def settled(packed: Path, archive: Path, tex: Path, max_mb: int) -> Path:
    """Renames ``packed`` to ``archive`` where it is a packed folder, else unpacks it as ``tex``.

    Raises FetchError for what is neither, or unpacks to more than ``max_mb`` MB of text.
    """
    try:
        if tarfile.is_tarfile(packed):
            return packed.replace(archive)
        with gzip.open(packed) as file, tex.open("wb") as out:
            for piece in bounded(_latex(file, tex.name), max_mb, tex.name):
                out.write(piece)
    except _BROKEN as error:
        tex.unlink(missing_ok=True)
        raise FetchError(tex.name, f"has a source that can't be unpacked: {error}") from error
    except FetchError:
        tex.unlink(missing_ok=True)
        raise
    packed.unlink()
    return tex


def _latex(file: gzip.GzipFile, name: str) -> Iterator[bytes]:
    piece = file.read(_AT_ONCE)
    if b"\\" not in piece or b"\0" in piece:
        raise FetchError(name, "has a source that is not LaTeX")
    while piece:
        yield piece
        piece = file.read(_AT_ONCE)

"""Files that are made once per user and shared by all libraries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs
from filelock import FileLock

from rag.errors import EmbeddingError

LOCK_TIMEOUT_S = 900


def default_cache() -> Path:
    """The user's cache folder: ``SCHOLIUM_CACHE``, else the platform's own place."""
    configured = os.environ.get("SCHOLIUM_CACHE")
    return (
        Path(configured).expanduser()
        if configured
        else Path(platformdirs.user_cache_dir("scholium"))
    )


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_once(target: Path, make: Callable[[Path], None]) -> None:
    """Sees to it that ``target`` is there and whole; ``make`` writes it to the path it is given.

    Processes that come together make it once: the first does, the others wait. Its checksum
    lies beside it, and a file that no longer matches it is made again. ``make`` may raise;
    then nothing is put in place. Raises EmbeddingError where the folder can't be used.
    """
    try:
        if _intact(target):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock", timeout=LOCK_TIMEOUT_S):
            if not _intact(target):
                _make(target, make)
    except OSError as error:
        raise EmbeddingError(
            f"can't use the model cache {target.parent}: {error.strerror or error}; "
            "set SCHOLIUM_CACHE to a folder that can be written"
        ) from error


def _make(target: Path, make: Callable[[Path], None]) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        make(part)
        digest = part.with_name(f"{part.name}.sha256")
        digest.write_text(sha256(part), encoding="ascii")
        # The checksum last: a crash between the two leaves a file that counts as damaged.
        part.replace(target)
        digest.replace(_checksum(target))
    finally:
        part.unlink(missing_ok=True)


def _intact(target: Path) -> bool:
    try:
        return sha256(target) == _checksum(target).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _checksum(target: Path) -> Path:
    return target.with_name(f"{target.name}.sha256")

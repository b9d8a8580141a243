"""Which files there are to ingest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rag.errors import UsageError

ENDINGS = frozenset({".pdf", ".md"})


def find_sources(given: Sequence[Path]) -> list[Path]:
    """The files that ``given`` names: itself, or all under a folder with a known ending.

    Absolute, sorted within a folder, each once. Hidden files and folders are passed over.
    Raises UsageError for a path that does not exist, and for a folder with nothing in it.
    """
    found: dict[Path, None] = {}
    for path in given:
        found.update(dict.fromkeys(_under(path.expanduser())))
    return list(found)


def _under(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}: check the path")
    if path.is_file():
        return [path.resolve()]
    files: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        visible = [name for name in names if not name.startswith(".")]
        files += [(Path(folder) / name).resolve() for name in visible if _known(name)]
    if not files:
        raise UsageError(
            f"nothing to ingest in {path}: no file ends in {', '.join(sorted(ENDINGS))}"
        )
    return sorted(files)


def _known(name: str) -> bool:
    return Path(name).suffix.lower() in ENDINGS

"""The room on the library's disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from api.checks import Check, Level, passed

MIB = 2**20
LITTLE_SPACE = 1024 * MIB
NO_SPACE = 100 * MIB


def disk(path: Path) -> Check:
    """How much room is left where the library is, or would be."""
    return room(free_space(path), path)


def free_space(path: Path) -> int:
    """Bytes free on the disk that holds ``path``, or would hold it."""
    existing = next(p for p in (path, *path.absolute().parents) if p.exists())
    return shutil.disk_usage(existing).free


def room(free: int, path: Path) -> Check:
    """The check for ``free`` bytes."""
    found = f"{free // MIB:,} MiB free"
    if free >= LITTLE_SPACE:
        return passed("disk", found)
    level = Level.WARN if free >= NO_SPACE else Level.FAIL
    return Check("disk", level, found, f"free some space on the disk that holds {path}")

"""The room on the library's disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from api.checks import Check, Level, passed

MIB = 2**20
LITTLE_SPACE = 1024 * MIB
NO_SPACE = 100 * MIB


def disk(path: Path) -> Check:
    """How much room is left where the library is, or would be."""
    return room(free_space(path), path)


def free_space(path: Path) -> int | None:
    """Bytes free on the disk that holds ``path``, or would hold it; None where there is none.

    Raises OSError if the system does not say.
    """
    # Unlike Path.exists, this raises nothing where it may not look, or for too long a name.
    existing = next(p for p in (path, *path.absolute().parents) if os.path.exists(p))  # noqa: PTH110
    usage = shutil.disk_usage(existing)
    return usage.free if usage.total else None  # /proc, say, holds no bytes at all


def room(free: int | None, path: Path) -> Check:
    """The check for ``free`` bytes."""
    if free is None:
        mend = "choose another --library"
        return Check("disk", Level.FAIL, f"{path} is on no disk: nothing can be stored", mend)
    found = f"{free // MIB:,} MiB free"
    if free >= LITTLE_SPACE:
        return passed("disk", found)
    level = Level.WARN if free >= NO_SPACE else Level.FAIL
    return Check("disk", level, found, f"free some space on the disk that holds {path}")

"""Whether a watched path is as it was, and whether it is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from ingest.parsers.latex.project import is_source
from ingest.parsers.tree import MAX_FILES

State = tuple[int, int, int]
"""Size, time of change and inode: a file with the same is taken to be the same."""


def state_of(path: Path) -> State:
    """The state of a file, or of the files that a LaTeX project is read from. Raises OSError."""
    status = path.stat()
    if S_ISREG(status.st_mode):
        return status.st_size, status.st_mtime_ns, status.st_ino
    parts = sorted(islice(_parts(path), MAX_FILES))
    sizes, times = [size for _, (size, *_) in parts], [time for _, (_, time, _) in parts]
    return sum(sizes), max(times, default=0), hash(tuple(parts))


def is_gone(path: Path) -> bool:
    """Whether there is no such path any more, for certain: that it can't be looked at (a drive
    that fails, a folder that is closed, a server that is away) tells nothing.
    """
    for child in (path, *path.parents):
        try:
            child.lstat()
        except FileNotFoundError:
            if _can_be_listed(child.parent):
                return True
        except NotADirectoryError:
            return True  # a file has taken the place of its folder
        except (OSError, ValueError):
            return False
        else:
            return False
    return False


def _can_be_listed(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError:
        return False
    return True


def _parts(top: Path) -> Iterator[tuple[str, State]]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if is_source(f"{name}/")]
        for name in filter(is_source, names):
            path = Path(folder, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            yield str(path), (status.st_size, status.st_mtime_ns, status.st_ino)

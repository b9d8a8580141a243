"""Copies of libraries that a test may change."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

TRIES = 20


def copied(folder: Path, to: Path) -> Path:
    """``folder``, which holds a library, copied to ``to``, which is not there yet.

    Chroma closes its connections in the background, a moment after the library was closed, and
    SQLite's journals go with the last of them. A copy during which one vanished is made anew.
    """
    for _ in range(TRIES):
        try:
            return Path(shutil.copytree(folder, to))
        except shutil.Error:
            shutil.rmtree(to)
            time.sleep(0.1)
    return Path(shutil.copytree(folder, to))

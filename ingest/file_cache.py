"""A folder of what can be made again, of bounded size: the least recently used goes first.

Any number of processes may share it. Nobody waits for it and nobody fails with it: what can't be
kept is made again.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

ROOM = 0.9
"""To what part of its size a full cache is emptied, so that not every new file has to."""


class FileCache:
    """Files by name. ``folder`` is made, for its owner alone: papers may be private."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def get(self, name: str) -> bytes | None:
        """What was kept under ``name``, if it is still there."""
        path = self.folder / name
        try:
            content = path.read_bytes()
            os.utime(path)  # it was used: readers may be told apart by nothing else
        except OSError:
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keeps it, whole or not at all."""
        part = ""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file, part = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(file, "wb") as opened:
                opened.write(content)
            Path(part).replace(self.folder / name)
            self._make_room()
        except OSError:
            if part:
                with suppress(OSError):
                    Path(part).unlink()

    def _make_room(self) -> None:
        """Other processes' unfinished files count as well: those of dead ones get old and go."""
        found = []
        for entry in os.scandir(self.folder):
            with suppress(OSError):  # another process has removed it
                status = entry.stat()
                found.append((status.st_mtime_ns, status.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        if total <= self.max_bytes:
            return
        for _, size, path in sorted(found):
            if total <= ROOM * self.max_bytes:
                break
            with suppress(OSError):
                Path(path).unlink()
            total -= size

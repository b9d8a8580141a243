"""What two looks at folders tell: which files are new and at rest, and which are gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.sources import find_sources
from ingest.watch.states import State, state_of
from rag.errors import SourceError, UsageError


@dataclass(frozen=True, slots=True)
class View:
    """The files of some folders, those that can't be used, and the folders that are not there."""

    files: Mapping[Path, State]
    failures: Sequence[SourceError] = ()
    absent: Collection[Path] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Files that are to be read, and files that are gone. ``restless``: some are still changing."""

    ready: tuple[Path, ...] = ()
    gone: tuple[Path, ...] = ()
    restless: bool = False


def view_of(folders: Sequence[Path], projects: Collection[Path] = ()) -> View:
    """What is in the folders now; those of them that are ``projects`` are one paper each."""
    files: dict[Path, State] = {}
    failures: list[SourceError] = []
    absent: set[Path] = set()
    for folder in folders:
        if not _is_folder(folder):
            absent.add(folder)
            continue
        try:
            found = find_sources([folder], projects=folder in projects)
        except UsageError:
            continue  # there is nothing in it, or it went away this moment
        failures += found.failures
        if folder in projects and found.files != (folder,):
            continue  # its document is being written anew: its figures are no papers meanwhile
        for path in found.files:
            try:
                files[path] = state_of(path)
            except OSError:
                continue  # whether it is gone is looked at before anything is done about it
    return View(files, failures, absent)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # it can't be told now, so nothing in it counts as gone


@dataclass(slots=True)
class Looks:
    """Remembers what was seen. Times are seconds on any one clock.

    A file is ready when it has been the same for ``settle_s``: until then it may be in the midst
    of being copied.
    """

    settle_s: float
    _seen: dict[Path, tuple[State, float]] = field(default_factory=dict)
    _done: dict[Path, State] = field(default_factory=dict)
    _missing: dict[Path, float] = field(default_factory=dict)
    _doubted: set[Path] = field(default_factory=set)

    def expect(self, paths: Collection[Path], now: float) -> None:
        """Says which files there were before the first look."""
        self._missing.update(dict.fromkeys(paths, now))

    def look(self, view: View, now: float) -> Due:
        """Takes in a look. What is gone is told only when nothing is left to read: it may be one
        of the new files, under another name.
        """
        for path, state in view.files.items():
            self.forget(path)
            if path not in self._seen or self._seen[path][0] != state:
                self._seen[path] = (state, now)
        for path in [path for path in self._seen if path not in view.files]:
            del self._seen[path]
            self._done.pop(path, None)
            self._missing[path] = now
        fresh = {p: since for p, (state, since) in self._seen.items() if self._done.get(p) != state}
        ready = tuple(path for path, since in fresh.items() if now - since >= self.settle_s)
        restless = len(ready) < len(fresh)
        unknown = [*view.absent, *(Path(failure.source) for failure in view.failures)]
        missing = {
            path: since
            for path, since in self._missing.items()
            if not any(map(path.is_relative_to, unknown))
        }
        gone = tuple(path for path, since in missing.items() if now - since >= self.settle_s)
        awaited = missing.keys() - self._doubted
        return Due(ready, () if fresh else gone, restless or bool(awaited))

    def done(self, path: Path) -> None:
        """The file was read as it was at the last look."""
        if path in self._seen:
            self._done[path] = self._seen[path][0]

    def left(self, paths: Collection[Path]) -> bool:
        """Whether some of the files are still to be read."""
        return any(p in self._seen and self._done.get(p) != self._seen[p][0] for p in paths)

    def forget(self, path: Path) -> None:
        """It was told that the file is gone, or it is there."""
        self._missing.pop(path, None)
        self._doubted.discard(path)

    def doubt(self, path: Path) -> None:
        """The file was not found, but is not gone for certain: later looks will ask again."""
        self._doubted.add(path)

    def all_gone(self, folder: Path) -> bool:
        """Whether nothing is left in the folder, of several files: a drive may be missing."""
        there = {*self._seen, *self._doubted}
        left = any(folder in path.parents for path in there)
        gone = sum(folder in path.parents for path in self._missing.keys() - self._doubted)
        return not left and gone > 1

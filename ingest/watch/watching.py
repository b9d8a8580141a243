"""The loop that keeps a library up to date with folders."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from ingest.commands import ingest, relocate, remove
from ingest.events import Event, Failed, Gone, Skipped, Stored, Trouble, Unchanged
from ingest.identity import content_hash
from ingest.projects import is_latex_folder
from ingest.watch.looking import Due, Looks, View, view_of
from ingest.watch.states import is_gone
from rag.config import Settings
from rag.errors import (
    ConfigError,
    LibraryError,
    ScholiumError,
    SettingsMismatch,
    SourceError,
    UsageError,
)
from rag.store.catalog import Catalog

LOOK_EVERY_S = 60.0
"""Even when the system tells of no change."""

RETRY_S = 5.0


@dataclass(slots=True)
class Watch:
    """Folders to watch, and the library to keep. ``wait`` returns after so many seconds, or sooner.

    ``remove``: papers whose files are gone leave the library.
    """

    folders: Sequence[Path]
    library: Path
    settings: Settings
    wait: Callable[[float], None]
    settle_s: float = 2.0
    remove: bool = False
    jobs: int = 0
    _told: set[str] = field(default_factory=set)

    def run(self) -> Generator[Event, None, None]:
        """Tells what happens, for ever. Raises ConfigError and SettingsMismatch, which time does
        not mend; other errors are told, and it goes on.
        """
        looks = Looks(self.settle_s)
        looks.expect(self._papers(), monotonic())
        projects = self._projects()
        while True:
            view = view_of(self.folders, projects)
            due = looks.look(view, monotonic())
            yield from self._news(view)
            if due.ready:
                yield from self._take_in(due.ready, looks)
            well = yield from self._gone(due, looks, view)
            well = well and not looks.left(due.ready)
            self.wait(RETRY_S if not well else self.settle_s if due.restless else LOOK_EVERY_S)

    def _take_in(self, ready: Sequence[Path], looks: Looks) -> Iterator[Event]:
        by_source = {str(path): path for path in ready}
        try:
            for event in ingest(ready, self.library, self.settings, self.jobs):
                if isinstance(event, Stored | Unchanged) or (
                    isinstance(event, Failed) and not event.passing
                ):
                    looks.done(by_source.get(event.source, Path(event.source)))
                if not isinstance(event, Skipped) or self._is_new(f"{event.source}{event.reason}"):
                    yield event
        except (ConfigError, SettingsMismatch):
            raise
        except UsageError:
            return  # a file went away between the look and the reading
        except (ScholiumError, OSError) as error:
            yield from self._trouble(str(error))
        else:
            self._told = {text for text in self._told if not text.startswith("!")}

    def _gone(self, due: Due, looks: Looks, view: View) -> Generator[Event, None, bool]:
        """Tells of files that are gone, and removes their papers if it is to; False: not yet.

        A paper of which a copy is left stays, and the copy is its file from now on.
        """
        gone = [path for path in due.gone if is_gone(path)]
        for path in set(due.gone) - set(gone):
            looks.doubt(path)
        if not gone:
            return True
        emptied = [folder for folder in self.folders if looks.all_gone(folder)]
        papers = self._papers()
        try:
            copies = self._copies(gone, papers, view)
            for path in gone:
                takes_out = self.remove and not any(map(path.is_relative_to, emptied))
                if paper_id := papers.get(path):
                    yield self._lost(path, paper_id, copies.get(path), takes_out=takes_out)
                looks.forget(path)
        except (LibraryError, OSError) as error:
            yield from self._trouble(str(error))
            return False
        if self.remove:
            for folder in emptied:
                yield Trouble(
                    f"all files of {folder} are gone at once: is its drive there? "
                    "Their papers stay; `scholium remove` takes them out"
                )
        return True

    def _lost(self, path: Path, paper_id: str, copy: Path | None, *, takes_out: bool) -> Event:
        """What becomes of a paper whose file is gone."""
        if copy:
            relocate({paper_id: str(copy)}, self.library, self.settings)
            return Unchanged(str(copy), paper_id)
        if takes_out:
            remove(self.library, paper_id, self.settings)
        return Gone(str(path), paper_id, removed=takes_out)

    def _copies(
        self, gone: Sequence[Path], papers: Mapping[Path, str], view: View
    ) -> dict[Path, Path]:
        """Other files that are there with the content of one that is gone. Those that are papers
        themselves need no look: each has a content of its own.
        """
        spare = {_hash_of(path): path for path in view.files if path not in papers}
        if not spare:
            return {}
        with Catalog(self.library) as catalog:
            hashes = {p: catalog.paper(papers[p]).content_hash for p in gone if p in papers}
        return {path: spare[digest] for path, digest in hashes.items() if digest in spare}

    def _news(self, view: View) -> Iterator[Event]:
        """What was not told yet of files that can't be used and folders that are not there."""
        for failure in view.failures:
            if self._is_new(str(failure)):
                yield Failed(failure.source, failure.reason)
        for folder in self.folders:
            text = f"{folder} is not there (any more): waiting for it"
            if folder not in view.absent:
                self._told.discard(text)
            elif self._is_new(text):
                yield Trouble(text)

    def _trouble(self, text: str) -> Iterator[Event]:
        """Says it once, until an ingestion goes well."""
        if self._is_new(f"!{text}"):
            yield Trouble(f"{text}\nit is tried again every {RETRY_S:g} s")

    def _papers(self) -> dict[Path, str]:
        """The papers whose files are in the folders, by file."""
        try:
            with Catalog(self.library) as catalog:
                papers = [(Path(row.source), row.paper_id) for row in catalog.papers()]
        except LibraryError:
            return {}  # there is none yet
        return {p: i for p, i in papers if any(map(p.is_relative_to, self.folders))}

    def _projects(self) -> frozenset[Path]:
        """The folders that are one LaTeX paper each. It is settled once: a letter's source that is
        put among the papers of a folder makes no project of it.
        """
        papers = self._papers()
        return frozenset(
            folder
            for folder in self.folders
            if is_latex_folder(folder)
            and (folder in papers or not any(folder in path.parents for path in papers))
        )

    def _is_new(self, text: str) -> bool:
        """Whether it was not told before."""
        new = text not in self._told
        self._told.add(text)
        return new


def _hash_of(path: Path) -> str:
    try:
        return content_hash(path)
    except (SourceError, OSError):
        return ""

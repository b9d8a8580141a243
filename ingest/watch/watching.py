"""The loop that keeps a library up to date with folders."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from ingest.commands import ingest, remove
from ingest.events import Event, Failed, Gone, Stored, Trouble, Unchanged
from ingest.watch.looking import Due, Looks, View, view_of
from rag.config import Settings
from rag.errors import ConfigError, LibraryError, ScholiumError, SettingsMismatch, UsageError
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
        looks.expect(self._known_files(), monotonic())
        while True:
            view = view_of(self.folders)
            due = looks.look(view, monotonic())
            yield from self._news(view)
            if due.ready:
                yield from self._take_in(due.ready, looks)
            well = yield from self._gone(due, looks)
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
                yield event
        except (ConfigError, SettingsMismatch):
            raise
        except UsageError:
            return  # a file went away between the look and the reading
        except (ScholiumError, OSError) as error:
            yield from self._trouble(str(error))
        else:
            self._told = {text for text in self._told if not text.startswith("!")}

    def _gone(self, due: Due, looks: Looks) -> Generator[Event, None, bool]:
        """Tells of files that are gone, and removes their papers if it is to; False: not yet."""
        emptied = [folder for folder in self.folders if looks.all_gone(folder)]
        papers = self._papers() if due.gone else {}
        for path in due.gone:
            paper_id = papers.get(path)
            takes_out = self.remove and not any(map(path.is_relative_to, emptied))
            if paper_id and takes_out:
                try:
                    remove(self.library, paper_id, self.settings)
                except (LibraryError, OSError) as error:
                    yield from self._trouble(str(error))
                    return False
            looks.forget(path)
            if paper_id:
                yield Gone(str(path), paper_id, removed=takes_out)
        if due.gone and self.remove:
            for folder in emptied:
                yield Trouble(
                    f"all files of {folder} are gone at once: is its drive there? "
                    "Their papers stay; `scholium remove` takes them out"
                )
        return True

    def _news(self, view: View) -> Iterator[Event]:
        """What was not told yet of files that can't be used and folders that are not there."""
        for failure in view.failures:
            if str(failure) not in self._told:
                self._told.add(str(failure))
                yield Failed(failure.source, failure.reason)
        for folder in self.folders:
            text = f"{folder} is not there (any more): waiting for it"
            if folder not in view.absent:
                self._told.discard(text)
            elif text not in self._told:
                self._told.add(text)
                yield Trouble(text)

    def _trouble(self, text: str) -> Iterator[Event]:
        """Says it once, until an ingestion goes well."""
        if f"!{text}" not in self._told:
            self._told.add(f"!{text}")
            yield Trouble(f"{text}\nit is tried again every {RETRY_S:g} s")

    def _papers(self) -> dict[Path, str]:
        """The papers whose files are in the folders, by file."""
        try:
            with Catalog(self.library) as catalog:
                papers = [(Path(row.source), row.paper_id) for row in catalog.papers()]
        except LibraryError:
            return {}  # there is none yet
        return {p: i for p, i in papers if any(map(p.is_relative_to, self.folders))}

    def _known_files(self) -> list[Path]:
        return [path for path in self._papers() if not path.exists()]

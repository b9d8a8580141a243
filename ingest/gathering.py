"""From what a person names to files that can be read: paths, preprints, URLs and exports."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

from ingest.events import Event, Fetched, Skipped
from ingest.exports import export_items, is_export
from ingest.fetch.downloads import Place
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.library import Download, Downloads
from ingest.fetch.preprints import preprint_in
from ingest.fetch.urls import is_url
from ingest.known import Known
from ingest.sources import Sources, find_sources
from rag.config import Fetch
from rag.errors import FetchError, SourceError


@dataclass(slots=True)
class _Found:
    """What was found so far, in order."""

    paths: list[Path] = field(default_factory=list)
    failures: list[SourceError] = field(default_factory=list)
    known: dict[Path, Known] = field(default_factory=dict)
    instead: dict[Path, Callable[[], Path]] = field(default_factory=dict)
    downloads: dict[Place, Download] = field(default_factory=dict)

    def fetched(self) -> list[Path]:
        """What was downloaded and is still there."""
        return [download.path.resolve() for download in self.downloads.values()]


def gather(
    given: Sequence[Path | str], library: Path, settings: Fetch
) -> Generator[Event, None, Sources]:
    """Fetches what is elsewhere, telling of each, and returns all that there is to read.

    A name that a file or folder has is that path; the others are arXiv ids and URLs, and come
    after the paths, so that a path that does not exist is told before anything is fetched. What
    can't be had is among the failures. Raises UsageError as `find_sources` does.
    """
    found = _Found()
    downloads = Downloads(library, Fetcher(settings))
    remote: list[tuple[str, Callable[[], Download]]] = []
    for name in given:
        if fetch := _remote(name, downloads):
            remote.append((str(name), fetch))
        elif is_export(Path(name)) and _exists(str(name)):
            yield from _exported(Path(name), found)
        else:
            found.paths.append(Path(name))
    here = find_sources(found.paths)
    yield from (Skipped(skipped.source, skipped.reason) for skipped in here.skipped)
    for name, fetch in remote:
        yield from _take(name, fetch, found)
    files = dict.fromkeys((*here.files, *found.fetched()))
    return Sources(tuple(files), (*here.failures, *found.failures), found.known, found.instead)


def _remote(name: Path | str, downloads: Downloads) -> Callable[[], Download] | None:
    """What fetches it; None if it is a path."""
    if isinstance(name, Path):
        return None
    if asked := None if _exists(name) else preprint_in(name, downloads.fetcher.settings):
        return partial(downloads.preprint, asked)
    return partial(downloads.page, name) if is_url(name) else None


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _exported(export: Path, found: _Found) -> Iterator[Event]:
    """The files of an export's entries, with what the export knows of them."""
    try:
        items = export_items(export)
    except SourceError as error:
        found.failures.append(error)
        return
    for item in items:
        file = item.file()
        if file is None:
            yield Skipped(f"{export}: {item.key}", item.why_without())
        else:
            found.paths.append(file)
            found.known.setdefault(file.resolve(), Known(item.metadata))


def _take(name: str, fetch: Callable[[], Download], found: _Found) -> Iterator[Event]:
    began = perf_counter()
    try:
        got = fetch()
    except FetchError as error:
        found.failures.append(SourceError(name, error.reason))
        return
    except OSError as error:
        reason = f"can't be kept: {error.strerror or error}"
        found.failures.append(SourceError(name, reason))
        return
    before, path = found.downloads.get(got.place), got.path.resolve()
    if before and got.metadata and (before.name, before.path) != (got.name, got.path):
        reason = f"gave way to {name}: a library keeps one file of each preprint"
        yield Skipped(f"{before.name} ({before.path.name})", reason)
    found.downloads[got.place] = got
    if before:
        found.known.pop(before.path.resolve(), None)
        found.instead.pop(before.path.resolve(), None)
    if got.metadata:
        found.known[path] = Known(got.metadata, certain=True, remark=got.remark)
    if got.instead:
        found.instead[path] = got.instead
    if got.size:
        yield Fetched(got.name, str(got.path), got.size, perf_counter() - began)

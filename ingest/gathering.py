"""From what a person names to files that can be read: paths, preprints, URLs and exports."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

from ingest.events import Event, Fetched, Skipped
from ingest.exports import export_items, is_export
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


def gather(
    given: Sequence[Path | str], library: Path, settings: Fetch
) -> Generator[Event, None, Sources]:
    """Fetches what is elsewhere, telling of each, and returns all that there is to read.

    A name that a file or folder has is that path; then come arXiv ids and URLs. What can't be had
    is among the failures. Raises UsageError as `find_sources` does.
    """
    found = _Found()
    downloads = Downloads(library, Fetcher(settings))
    for name in given:
        fetch = _remote(name, downloads)
        if fetch:
            yield from _take(str(name), fetch, found)
        elif is_export(Path(name)) and _exists(str(name)):
            yield from _exported(Path(name), found)
        else:
            found.paths.append(Path(name))
    here = find_sources(found.paths)
    yield from (Skipped(skipped.source, skipped.reason) for skipped in here.skipped)
    return Sources(here.files, (*here.failures, *found.failures), found.known, found.instead)


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
    found.paths.append(got.path)
    if got.metadata:
        found.known[got.path] = Known(got.metadata, certain=True)
    if got.instead:
        found.instead[got.path] = got.instead
    if got.size:
        yield Fetched(got.name, str(got.path), got.size, perf_counter() - began)

"""Brings preprints and pages into a library's folder of downloads, each once a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.fetch.downloads import FOLDER, Note, Place, place_of_preprint, place_of_url
from ingest.fetch.eprints import ending_of
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.kinds import Kind
from ingest.fetch.pace import Pace
from ingest.fetch.preprints import Form, Preprint, record_in
from ingest.fetch.urls import checked
from rag.errors import FetchError
from rag.types import Metadata

_KINDS: dict[Form, frozenset[Kind]] = {
    "source": frozenset({Kind.GZIP, Kind.PDF}),
    "html": frozenset({Kind.HTML}),
    "pdf": frozenset({Kind.PDF}),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is here now. ``size`` is 0 where it was here before.

    ``instead`` gets another form of it, for when this one turns out to be of no use.
    """

    name: str
    path: Path
    size: int
    metadata: Metadata | None = None
    instead: Callable[[], Path] | None = None


@dataclass(frozen=True, slots=True)
class Downloads:
    """Those of the library in the folder ``library``."""

    library: Path
    fetcher: Fetcher

    def page(self, url: str) -> Download:
        """The PDF or HTML file that ``url`` leads to, fetched if it is new. Raises FetchError."""
        target = checked(url, self.fetcher.settings)
        place = place_of_url(self.library, target)
        known = place.note()
        path = place.path(".part")
        headers = known.headers if known else {}
        answer = self.fetcher.save(target.url, path, frozenset({Kind.PDF, Kind.HTML}), headers)
        if answer.kind is None:
            if known is None:
                raise FetchError(url, "has nothing newer, its server says, but nothing is here")
            return Download(url, place.folder / known.file, 0)
        file = path.replace(place.path(answer.kind))
        note = Note(url, file.name, answer.url, 0, "", answer.etag, answer.modified)
        return Download(url, place.keep(note), answer.size)

    def preprint(self, asked: Preprint) -> Download:
        """The preprint in the form that was asked for, else the configured one, else the PDF.

        Nothing but its record is fetched where the file of this version is here. Raises FetchError.
        """
        settings = self.fetcher.settings
        self._pace.wait()
        record = record_in(self.fetcher.text(asked.record_url(settings)), asked)
        exact = replace(asked, version=record.arxiv_version)
        form = asked.form or settings.arxiv
        place = place_of_preprint(self.library, asked.arxiv_id)
        note, size = place.note(), 0
        if note is None or (note.version, note.form) != (exact.version, form):
            try:
                note, size = self._form(exact, form, form, place)
            except FetchError:
                if form == "pdf":
                    raise
                note, size = self._form(exact, "pdf", form, place)

        def pdf() -> Path:
            return place.folder / self._form(exact, "pdf", form, place)[0].file

        path = place.folder / note.file
        return Download(exact.name, path, size, record, None if path.suffix == ".pdf" else pdf)

    @property
    def _pace(self) -> Pace:
        stamp = self.library / FOLDER / "arxiv" / ".asked"
        return Pace(stamp, self.fetcher.settings.arxiv_interval_s)

    def _form(self, exact: Preprint, form: Form, asked: Form, place: Place) -> tuple[Note, int]:
        """Fetches the preprint in one form, and notes it down as the answer to ``asked``."""
        settings, path = self.fetcher.settings, place.path(".part")
        self._pace.wait()
        answer = self.fetcher.save(
            exact.url(settings, form), path, _KINDS[form], unpack=form != "source"
        )
        try:
            packed = answer.kind is Kind.GZIP
            ending = ending_of(path, settings.max_mb) if packed else str(answer.kind)
            path = path.replace(place.path(ending))
        finally:
            place.path(".part").unlink(missing_ok=True)
        version = exact.version or 0
        note = Note(exact.name, path.name, answer.url, version, asked)
        place.keep(note)
        return note, answer.size

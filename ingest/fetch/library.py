"""Brings preprints and pages into a library's folder of downloads, each once a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.fetch.downloads import Note, Place, place_of_preprint, place_of_url
from ingest.fetch.eprints import ending_of
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.kinds import Kind
from ingest.fetch.pace import Pace
from ingest.fetch.preprints import Form, Preprint, record_in
from ingest.fetch.urls import checked
from ingest.stamp import arxiv_stamp
from rag.errors import FetchError, NothingThere
from rag.types import Metadata

_KINDS: dict[Form, frozenset[Kind]] = {
    "source": frozenset({Kind.GZIP, Kind.PDF}),
    "html": frozenset({Kind.HTML}),
    "pdf": frozenset({Kind.PDF}),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is here now. ``size`` is 0 where it was here before.

    ``place`` has one file at a time: a later download may take this one's place. ``instead`` gets
    another form of it, for when this one turns out to be of no use; ``remark`` says why it is not
    in the form that was wanted.
    """

    name: str
    path: Path
    size: int
    place: Place
    metadata: Metadata | None = None
    instead: Callable[[], Path] | None = None
    remark: str = ""


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
            return Download(url, place.folder / known.file, 0, place)
        file = path.replace(place.path(answer.kind))
        note = Note(url, file.name, answer.url, 0, "", answer.etag, answer.modified)
        return Download(url, place.keep(note), answer.size, place)

    def preprint(self, asked: Preprint) -> Download:
        """The preprint in the form that was asked for, else the configured one, else, where arXiv
        has none of it that is of use, the PDF.

        Nothing but its record is fetched where the file of this version is here. Raises FetchError,
        also where arXiv is merely busy: a later try may get the form that is wanted.
        """
        settings = self.fetcher.settings
        self._pace.wait()
        record = record_in(self.fetcher.text(asked.record_url(settings)), asked)
        exact = replace(asked, version=record.arxiv_version)
        form = asked.form or settings.arxiv
        place = place_of_preprint(self.library, asked.arxiv_id)
        note, size = place.note(), 0
        if note is None or (note.version, note.asked) != (exact.version, form):
            try:
                note, size = self._form(exact, form, form, place)
            except NothingThere as error:
                if form == "pdf":
                    raise
                note, size = self._form(exact, "pdf", form, place, error.reason)

        def pdf() -> Path:
            made = self._form(exact, "pdf", form, place, "can't be read")
            return place.folder / made[0].file

        path = place.folder / note.file
        remark = f"read from its PDF: the {form} {note.reason}" if note.reason else ""
        instead = None if path.suffix == ".pdf" else pdf
        return Download(exact.name, path, size, place, record, instead, remark)

    @property
    def _pace(self) -> Pace:
        return Pace(arxiv_stamp(), self.fetcher.settings.arxiv_interval_s)

    def _form(
        self, exact: Preprint, form: Form, asked: Form, place: Place, reason: str = ""
    ) -> tuple[Note, int]:
        """Fetches the preprint in one form, and notes it down as the answer to ``asked``."""
        settings, path = self.fetcher.settings, place.path(".part")
        place.folder.mkdir(parents=True, exist_ok=True)
        self._pace.wait()
        answer = self.fetcher.save(
            exact.url(settings, form), path, _KINDS[form], unpack=form != "source"
        )
        try:
            packed = answer.kind is Kind.GZIP
            ending = _ending_of(path, settings.max_mb) if packed else str(answer.kind)
            path = path.replace(place.path(ending))
        finally:
            place.path(".part").unlink(missing_ok=True)
        version = exact.version or 0
        if form == "source" and ending == Kind.PDF:
            form, reason = "pdf", "is a PDF: its authors gave no other"
        note = Note(exact.name, path.name, answer.url, version, form, asked=asked, reason=reason)
        place.keep(note)
        return note, answer.size


def _ending_of(packed: Path, max_mb: int) -> str:
    try:
        return ending_of(packed, max_mb)
    except FetchError as error:
        raise NothingThere(error.source, error.reason) from error

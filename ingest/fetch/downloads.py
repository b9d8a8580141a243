"""Where downloads are kept, and what is known about each.

Beside a file lies a note on where it came from: ``1706.03762.pdf`` has ``1706.03762.json``. A
source has one file, of its latest version; the ending may change from one version to the next.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.fetch.urls import Target

FOLDER = "downloads"

_SLUG_LENGTH = 60
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Note:
    """Where a file came from. ``version`` and ``form`` are arXiv's, ``etag`` and ``modified`` the
    server's. ``asked`` is the form that was wanted, ``reason`` why it is not this one.
    """

    source: str
    file: str
    url: str
    version: int = 0
    form: str = ""
    etag: str = ""
    modified: str = ""
    asked: str = ""
    reason: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What asks a server only for something newer."""
        known = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the file of one source lies: ``stem`` with some ending, in ``folder``."""

    folder: Path
    stem: str

    def path(self, ending: str) -> Path:
        """The file, if it has this ending."""
        return self.folder / f"{self.stem}{ending}"

    def note(self) -> Note | None:
        """What is known of the file, if it is there. A note that can't be read is none."""
        try:
            note = Note(**json.loads(self.path(".json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return note if (self.folder / note.file).is_file() else None

    def keep(self, note: Note) -> Path:
        """Writes the note down, and removes the file that an earlier one spoke of."""
        before = self.note()
        part = self.folder / f".{self.stem}.json.part"
        part.write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
        part.replace(self.path(".json"))
        if before and before.file != note.file:
            (self.folder / before.file).unlink(missing_ok=True)
        return self.folder / note.file


def place_of_preprint(library: Path, arxiv_id: str) -> Place:
    """Under its id, as a file's name tells the id."""
    return Place(library.resolve() / FOLDER / "arxiv", arxiv_id.replace("/", "-"))


def place_of_url(library: Path, target: Target) -> Place:
    """Under its host, by the end of its path; a part of its hash keeps it apart from others."""
    name = target.path.partition("?")[0].rstrip("/").rpartition("/")[2]
    stem = _OTHER.sub("-", re.sub(r"\.(?:pdf|html?)$", "", name, flags=re.IGNORECASE)).strip(".-")
    digest = hashlib.sha256(target.url.encode()).hexdigest()[:8]
    folder = library.resolve() / FOLDER / _OTHER.sub("-", target.host)
    return Place(folder, f"{stem[:_SLUG_LENGTH] or 'page'}-{digest}")

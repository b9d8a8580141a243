"""One paper of an export."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ingest.arxiv import id_and_version
from ingest.sources import ENDINGS
from rag.types import Metadata

_ARXIV = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf)/|[:.]\s{0,9})([\w./-]{1,40}?)(?:\.pdf)?(?=$|[\s,;\])])", re.I
)


@dataclass(frozen=True, slots=True)
class ExportItem:
    """What a reference manager knows: ``key`` names the entry, ``files`` are attached to it. Of one
    that could not be read, ``fault`` says why.
    """

    key: str
    metadata: Metadata
    files: tuple[Path, ...] = ()
    url: str = ""
    fault: str = ""

    def file(self) -> Path | None:
        """The paper itself among the files that are there: a PDF before a saved page."""
        there = [path for path in self.files if path.suffix.lower() in ENDINGS and is_file(path)]
        return min(there, key=lambda path: path.suffix.lower() != ".pdf", default=None)

    def why_without(self) -> str:
        """Why there is no file of it to read, and what can be done."""
        if self.fault:
            return self.fault
        if self.files:
            names = ", ".join(map(str, self.files))
            return f"none of its files is there and can be read: {names}"
        if self.metadata.arxiv_id:
            return f"has no file; `scholium ingest arxiv:{self.metadata.arxiv_id}` fetches it"
        return "has no file" + (f"; `scholium ingest {self.url}` may fetch it" if self.url else "")


def is_file(path: Path) -> bool:
    """Whether a file is there; of a name that no file can have, it is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def arxiv_in(*texts: str) -> tuple[str, int | None]:
    """The first arXiv id that one of the texts names as such, and its version."""
    for text in texts:
        for match in _ARXIV.finditer(text):
            if found := id_and_version(match[1].rstrip(".")):
                return found
    return "", None


def year_in(text: str) -> int | None:
    """The year of a date, however it is written."""
    match = re.search(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", text)
    return int(match[0]) if match else None

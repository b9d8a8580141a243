"""What arXiv has of a preprint, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode, urlsplit

from ingest.arxiv import id_and_version
from ingest.arxiv_feed import preprints
from rag.config_fetch import Fetch
from rag.errors import FetchError
from rag.types import Metadata

Form = Literal["source", "html", "pdf"]

_PATH = re.compile(r"/(abs|pdf|html|e-print|src|format)/(.+?)(?:\.pdf)?/?")
_DOI = re.compile(r"(?:(?:https?://(?:dx\.)?doi\.org/)|doi:)?10\.48550/arxiv\.(.+)", re.IGNORECASE)
_FORMS: dict[str, Form] = {"pdf": "pdf", "html": "html", "e-print": "source", "src": "source"}
_PLACES: dict[Form, str] = {"source": "e-print", "html": "html", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Preprint:
    """What was asked for: ``version`` and ``form`` are ``None`` where nothing was said."""

    arxiv_id: str
    version: int | None = None
    form: Form | None = None

    @property
    def name(self) -> str:
        """As people write it."""
        return f"arXiv:{self.arxiv_id}" + (f"v{self.version}" if self.version else "")

    def url(self, settings: Fetch, form: Form) -> str:
        """Where it is."""
        version = f"v{self.version}" if self.version else ""
        return f"{settings.arxiv_url.rstrip('/')}/{_PLACES[form]}/{self.arxiv_id}{version}"

    def record_url(self, settings: Fetch) -> str:
        """Where what is known about it is."""
        version = f"v{self.version}" if self.version else ""
        query = urlencode({"id_list": f"{self.arxiv_id}{version}", "max_results": 1})
        return f"{settings.arxiv_api}?{query}"


def preprint_in(word: str, settings: Fetch) -> Preprint | None:
    """The preprint that ``word`` names: an id with or without "arXiv:", its DOI, or arXiv's URL.

    The URL of a PDF or of an HTML page asks for that form. None if it names no preprint.
    """
    bare = word[len("arxiv:") :].strip() if word.lower().startswith("arxiv:") else word
    if doi := _DOI.fullmatch(word):
        bare = doi[1]
    form = None
    if (place := _PATH.fullmatch(_path_at_arxiv(word, settings))) is not None:
        form, bare = _FORMS.get(place[1]), place[2]
    found = id_and_version(bare)
    return Preprint(*found, form) if found else None


def record_in(atom: bytes, asked: Preprint) -> Metadata:
    """What arXiv says about the preprint, its version always among it. Raises FetchError."""
    try:
        known = preprints(atom)
    except ValueError as error:
        raise FetchError(asked.name, f"arXiv's record of it can't be read: {error}") from error
    for record in known:
        if record.arxiv_id == asked.arxiv_id and record.arxiv_version is not None:
            return record
    raise FetchError(asked.name, "arXiv has no such paper, or no such version: check the id")


def _path_at_arxiv(word: str, settings: Fetch) -> str:
    """The path of a URL that leads to arXiv, or to the mirror that is configured."""
    try:
        parts, mirror = urlsplit(word), urlsplit(settings.arxiv_url)
        known = parts.hostname in {"arxiv.org", "www.arxiv.org", "export.arxiv.org"}
        at_mirror = parts.netloc == mirror.netloc
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not (known or at_mirror):
        return ""
    return parts.path.removeprefix(mirror.path.rstrip("/") if at_mirror else "")

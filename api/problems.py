"""What a client is told when something fails: RFC 9457's problem+json, with a stable code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from rag.errors import (
    LibraryError,
    LibraryLocked,
    ModelError,
    NoSuchPage,
    QueueFull,
    ScholiumError,
    SearchEngineError,
    SourceError,
    TooLarge,
    UnknownJob,
    UnknownPaper,
    UnsupportedType,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"


class FieldJson(TypedDict):
    """A field of the request that is wrong, and how."""

    field: str
    message: str


class ProblemJson(TypedDict):
    """What failed, and what to do about it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: NotRequired[list[FieldJson]]


TITLES = {
    "bad-request": (400, "The request is wrong"),
    "unauthorized": (401, "A key is needed"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "There is nothing here"),
    "unknown-paper": (404, "No such paper"),
    "unknown-job": (404, "No such job"),
    "unknown-thread": (404, "No such thread"),
    "unknown-answer": (404, "No such answer"),
    "unknown-eval": (404, "No such report"),
    "unknown-page": (404, "No such page"),
    "method-not-allowed": (405, "This can't be done here"),
    "library-locked": (409, "Somebody else is writing"),
    "file-gone": (410, "The file is gone"),
    "too-large": (413, "Too large"),
    "unsupported-type": (415, "Files of this kind can't be read"),
    "unreadable": (422, "The file can't be read"),
    "invalid": (422, "Fields of the request are wrong"),
    "rate-limited": (429, "Too many requests"),
    "over-budget": (429, "The key's budget is spent"),
    "busy": (429, "The server has its hands full"),
    "internal": (500, "Something went wrong"),
    "library": (500, "The library failed"),
    "search-engine": (500, "The search engine failed"),
    "model": (502, "The language model failed"),
    "draining": (503, "The server is being stopped"),
}
"""Status and title, by code."""

_CODES: tuple[tuple[type[ScholiumError], str], ...] = (
    (NoSuchPage, "unknown-page"),
    (UnknownPaper, "unknown-paper"),
    (UnknownJob, "unknown-job"),
    (TooLarge, "too-large"),
    (UnsupportedType, "unsupported-type"),
    (UsageError, "bad-request"),
    (LibraryLocked, "library-locked"),
    (LibraryError, "library"),
    (SearchEngineError, "search-engine"),
    (ModelError, "model"),
    (SourceError, "unreadable"),
    (ScholiumError, "library"),
)
"""Of our own errors: the first that fits."""

_OF_STATUS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


class Problem(Exception):
    """Ends a request. ``detail`` says what failed and what to do."""

    def __init__(
        self,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldJson] = (),
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return TITLES[self.code][0]

    def json(self, request_id: str) -> ProblemJson:
        """As it is sent."""
        status, title = TITLES[self.code]
        made: ProblemJson = {
            "type": f"urn:scholium:problem:{self.code}",
            "title": title,
            "status": status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            made["errors"] = self.errors
        return made


def busy(what: str, seconds: int = 1) -> Problem:
    """There is no room for more."""
    return Problem("busy", f"{what}: try again in a moment", {"Retry-After": str(seconds)})


@dataclass(frozen=True)
class Problems:
    """What our own errors are to a client, who is not told where the library lies."""

    library: Path | None = None

    def of(self, error: Exception) -> Problem:
        """The problem that an error is."""
        if isinstance(error, Problem):
            return error
        if isinstance(error, QueueFull):
            return Problem("busy", str(error), {"Retry-After": "30"})
        code = _code(error)
        if code == "internal":
            return Problem(code, "this should not happen; the server's log says more")
        return Problem(code, self.without_path(str(error)))

    def without_path(self, text: str) -> str:
        """``text`` with the library called so."""
        return text.replace(str(self.library), "the library") if self.library else text


def of_status(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
    """What the framework found wrong."""
    code = _OF_STATUS.get(
        status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
    )
    return Problem(code, detail, headers)


def _code(error: Exception) -> str:
    return next((code for kind, code in _CODES if isinstance(error, kind)), "internal")

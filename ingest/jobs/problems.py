"""What a job's owner is told where it fails or has to wait."""

from __future__ import annotations

from ingest.jobs.values import JobProblem
from rag.errors import SearchEngineError, UnknownPaper

LOCKED = JobProblem(
    "library-locked", "the library is being written by another process: waiting until it ends"
)

INTERNAL = JobProblem("internal", "the server's log says more")

_CODES: tuple[tuple[type[Exception], str], ...] = (
    (UnknownPaper, "unknown-paper"),
    (SearchEngineError, "search-engine"),
    (Exception, "library"),
)
"""The first that fits, as `api.problems` has them."""


def problem_of(error: Exception) -> JobProblem:
    """As clients are told of it."""
    return JobProblem(next(code for kind, code in _CODES if isinstance(error, kind)), str(error))

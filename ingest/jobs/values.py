"""What a job is: values, as the catalog keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What a job does to the library."""

    INGEST = "ingest"
    REMOVE = "remove"


class JobState(StrEnum):
    """Where a job is. ``DONE``: all its files were looked at, some of which may have failed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing changes any more."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class FileStatus(StrEnum):
    """What became of a file; all but ``WAITING`` are final."""

    WAITING = "waiting"
    STORED = "stored"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """What a running job is at."""

    READING = "reading"
    EMBEDDING = "embedding"
    INDEXING = "indexing"


class EventKind(StrEnum):
    """What is told of a job. The data of each kind: see `JobEvent`."""

    STATUS = "status"
    PROGRESS = "progress"
    FILE = "file"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class JobProblem:
    """Why a job failed or has to wait. ``code`` is one of docs/api.md."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file for a job to ingest: as its sender called it, and where it is, relative to the
    library.
    """

    name: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a file; what does not apply is ``None``."""

    status: FileStatus
    paper_id: str | None = None
    title: str | None = None
    pages: int | None = None
    chunks: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job. ``path`` is relative to the library, ``size`` in bytes.

    While it waits in a job that has started, ``fate.paper_id`` is the paper that had this content
    before.
    """

    position: int
    name: str
    path: str
    size: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Job:
    """A change to the library. Times are seconds since 1970; ``owner`` is whose key asked for it.

    ``problem`` says why it failed, or what a queued one waits for. ``cancel``: it was cancelled
    while it ran, and ends at the next paper. ``crashes``: how often its process ended unasked.
    """

    job_id: str
    owner: str
    kind: JobKind
    paper_id: str | None
    state: JobState
    created: float
    started: float | None
    finished: float | None
    problem: JobProblem | None
    cancel: bool
    crashes: int
    files: tuple[JobFile, ...]

    @property
    def waiting(self) -> tuple[JobFile, ...]:
        """The files that nothing was said of yet."""
        return tuple(f for f in self.files if f.fate.status is FileStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is: ``done`` of its ``files`` are settled; of the chunks that there
    are so far, so many are embedded.
    """

    stage: Stage
    files: int
    done: int
    chunks: int
    embedded: int


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What happened, numbered from 1 within its job, with gaps where progress was superseded.

    ``data`` of STATUS: the fields ``state``, ``started``, ``finished`` and ``problem`` as they
    became; of PROGRESS: the fields of Progress; of FILE: a file's position and the fields of its
    Fate; of DONE: nothing, as the job itself tells all.
    """

    number: int
    kind: EventKind
    data: Mapping[str, Any]

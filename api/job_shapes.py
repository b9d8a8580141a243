"""Jobs as JSON: the shapes, and how the values become them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from api.problems import Problem, ProblemJson, Problems
from ingest.jobs.values import EventKind, Fate, FileStatus, Job, JobEvent, JobFile, JobProblem


class JobFileJson(TypedDict):
    """A file of a job, and what became of it; what does not apply is ``None``."""

    name: str
    size: int
    status: str
    paper_id: str | None
    title: str | None
    pages: int | None
    chunks: int | None
    reason: str | None


class SettledFileJson(JobFileJson):
    """A file that it is known what became of. ``position`` is its place among the job's files."""

    position: int


class JobStatusJson(TypedDict):
    """Where a job is. ``problem`` says why it failed, or what a queued one waits for."""

    id: str
    kind: str
    state: str
    created: float
    started: float | None
    finished: float | None
    paper_id: str | None
    problem: ProblemJson | None


class JobJson(JobStatusJson):
    """A change to the library, which waits, runs or has ended."""

    files: list[JobFileJson]


class JobPageJson(TypedDict):
    """A page of jobs, newest first."""

    items: list[JobJson]
    total: int


def job_json(job: Job, library: Path) -> JobJson:
    """A job. Nothing that is sent tells where ``library`` lies."""
    return {
        "id": job.job_id,
        "kind": job.kind.value,
        "state": job.state.value,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
        "paper_id": job.paper_id,
        "problem": _problem_json(job.problem, library),
        "files": [_file_json(file, file.fate, library) for file in job.files],
    }


def event_json(event: JobEvent, job: Job, library: Path) -> Any:
    """The data of an event of ``job``, which is as it was at any time; of DONE, as it is now."""
    data = event.data
    match event.kind:
        case EventKind.STATUS:
            problem = JobProblem(**data["problem"]) if data["problem"] else None
            changed = {**data, "problem": _problem_json(problem, library)}
            whole = {**job_json(job, library), **changed}
            del whole["files"]
            return whole
        case EventKind.FILE:
            fields = {name: value for name, value in data.items() if name != "position"}
            fate = Fate(**{**fields, "status": FileStatus(data["status"])})
            file = job.files[data["position"]]
            return {**_file_json(file, fate, library), "position": file.position}
        case EventKind.DONE:
            return job_json(job, library)
        case _:
            return dict(data)


def _file_json(file: JobFile, fate: Fate, library: Path) -> JobFileJson:
    waits = fate.status is FileStatus.WAITING
    return {
        "name": file.name,
        "size": file.size,
        "status": fate.status.value,
        "paper_id": None if waits else fate.paper_id,
        "title": fate.title,
        "pages": fate.pages,
        "chunks": fate.chunks,
        "reason": None if fate.reason is None else Problems(library).without_path(fate.reason),
    }


def _problem_json(problem: JobProblem | None, library: Path) -> ProblemJson | None:
    if problem is None:
        return None
    return Problem(problem.code, Problems(library).without_path(problem.detail)).json(request_id="")

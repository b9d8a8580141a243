"""How the catalog's rows become jobs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from ingest.jobs.values import (
    EventKind,
    Fate,
    FileStatus,
    Job,
    JobEvent,
    JobFile,
    JobKind,
    JobProblem,
    JobState,
)


def to_job(row: sqlite3.Row, files: Sequence[JobFile]) -> Job:
    """A row of ``jobs``, with its files in order."""
    return Job(
        row["job_id"],
        row["owner"],
        JobKind(row["kind"]),
        row["paper_id"],
        JobState(row["state"]),
        row["created"],
        row["started"],
        row["finished"],
        to_problem(row["problem"]),
        bool(row["cancel"]),
        row["crashes"],
        tuple(files),
    )


def to_file(row: sqlite3.Row) -> JobFile:
    """A row of ``job_files``."""
    fate = Fate(
        FileStatus(row["status"]),
        row["paper_id"],
        row["title"],
        row["pages"],
        row["chunks"],
        row["reason"],
    )
    return JobFile(row["position"], row["name"], row["path"], row["size"], fate)


def to_event(row: sqlite3.Row) -> JobEvent:
    """A row of ``job_events``."""
    return JobEvent(row["number"], EventKind(row["kind"]), json.loads(row["data"]))


def to_problem(text: str | None) -> JobProblem | None:
    """What `from_problem` wrote."""
    return JobProblem(**json.loads(text)) if text else None


def from_problem(problem: JobProblem | None) -> str | None:
    """As a column has it."""
    return json.dumps(asdict(problem), ensure_ascii=False) if problem else None

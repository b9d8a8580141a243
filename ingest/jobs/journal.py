"""How a job changes: each change and what is told of it are one write. All belongs inside a
transaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ingest.jobs.rows import from_problem, to_file, to_job
from ingest.jobs.values import EventKind, Fate, Job, JobFile, JobProblem, JobState, Progress
from rag.errors import UnknownJob
from rag.store.catalog_writer import WritableCatalog


def find(catalog: WritableCatalog, job_id: str) -> Job:
    """The job with its files. Raises UnknownJob."""
    found = catalog.select("SELECT * FROM jobs WHERE job_id = ?", [job_id])
    if not found:
        raise UnknownJob(f"no job {job_id!r} in this library")
    files = catalog.select("SELECT * FROM job_files WHERE job_id = ? ORDER BY position", [job_id])
    return to_job(found[0], [to_file(row) for row in files])


def enter(
    catalog: WritableCatalog, job_id: str, state: JobState, problem: JobProblem | None = None
) -> None:
    """The job is in another state, or waits for something else."""
    now = time.time()
    starts = now if state is JobState.RUNNING else None
    ends = now if state.is_final else None
    catalog.execute(
        "UPDATE jobs SET state = ?, problem = ?, started = coalesce(started, ?), finished = ? "
        "WHERE job_id = ?",
        [state, from_problem(problem), starts, ends, job_id],
    )
    [row] = catalog.select("SELECT started FROM jobs WHERE job_id = ?", [job_id])
    told = {
        "state": state,
        "started": row["started"],
        "finished": ends,
        "problem": asdict(problem) if problem else None,
    }
    tell(catalog, job_id, EventKind.STATUS, told)
    if state.is_final:
        tell(catalog, job_id, EventKind.DONE, {})


def settle(catalog: WritableCatalog, job_id: str, file: JobFile, fate: Fate) -> None:
    """It is known what became of a file."""
    catalog.execute(
        "UPDATE job_files SET status = ?, paper_id = ?, title = ?, pages = ?, chunks = ?, "
        "reason = ? WHERE job_id = ? AND position = ?",
        [
            fate.status,
            fate.paper_id,
            fate.title,
            fate.pages,
            fate.chunks,
            fate.reason,
            job_id,
            file.position,
        ],
    )
    tell(catalog, job_id, EventKind.FILE, {"position": file.position, **asdict(fate)})


def settle_all(catalog: WritableCatalog, job: Job, files: Iterable[JobFile], fate: Fate) -> None:
    """The same became of several files."""
    for file in files:
        settle(catalog, job.job_id, file, fate)


def progress(catalog: WritableCatalog, job_id: str, how_far: Progress) -> None:
    """What was told of the progress before is forgotten: the new supersedes it."""
    tell(catalog, job_id, EventKind.PROGRESS, asdict(how_far))
    catalog.execute(
        "DELETE FROM job_events WHERE job_id = ? AND kind = ? AND number < "
        "(SELECT max(number) FROM job_events WHERE job_id = ?)",
        [job_id, EventKind.PROGRESS, job_id],
    )


def tell(catalog: WritableCatalog, job_id: str, kind: EventKind, data: Mapping[str, Any]) -> None:
    """Adds an event, under the number after the last."""
    catalog.execute(
        "INSERT INTO job_events SELECT ?, coalesce(max(number), 0) + 1, ?, ? "
        "FROM job_events WHERE job_id = ?",
        [job_id, kind, json.dumps(data, ensure_ascii=False), job_id],
    )

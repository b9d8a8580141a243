"""The jobs of a library, as whoever gives them and asks after them sees them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence

from ingest.jobs import journal
from ingest.jobs.rows import to_event, to_file, to_job
from ingest.jobs.values import (
    Fate,
    FileStatus,
    Job,
    JobEvent,
    JobFile,
    JobKind,
    JobState,
    NewFile,
)
from rag.errors import QueueFull
from rag.store.catalog_writer import WritableCatalog


def _nothing() -> None:
    """Needs nothing to be done."""


class JobStore:
    """Accepts jobs and tells of them. Threads may share one, processes have their own."""

    def __init__(self, catalog: WritableCatalog) -> None:
        self.catalog = catalog

    def submit_files(
        self,
        owner: str,
        files: Sequence[NewFile],
        most: int,
        put_in_place: Callable[[], None] = _nothing,
    ) -> Job:
        """A job that ingests ``files``; when this returns, it survives whatever happens.

        ``put_in_place`` makes sure that the files are where they are said to be: while it runs,
        nobody sweeps them away (`ingest.uploads.sweeping`). Raises QueueFull if ``most`` jobs wait.
        """
        with self.catalog.transaction():
            job_id = self._insert(owner, JobKind.INGEST, None, most)
            rows = [
                (job_id, position, file.name, file.path, file.size, FileStatus.WAITING)
                for position, file in enumerate(files)
            ]
            self.catalog.execute_many(
                "INSERT INTO job_files (job_id, position, name, path, size, status) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
            put_in_place()
            return journal.find(self.catalog, job_id)

    def submit_removal(self, owner: str, paper_id: str, most: int) -> Job:
        """The job that removes a paper, a new one unless one waits. Raises QueueFull if ``most``
        jobs wait.
        """
        with self.catalog.transaction():
            for row in self.catalog.select(
                "SELECT job_id FROM jobs WHERE state = ? AND kind = ? AND paper_id = ?",
                [JobState.QUEUED, JobKind.REMOVE, paper_id],
            ):
                return journal.find(self.catalog, row["job_id"])
            job_id = self._insert(owner, JobKind.REMOVE, paper_id, most)
            return journal.find(self.catalog, job_id)

    def get(self, job_id: str) -> Job:
        """The job as it is now. Raises UnknownJob."""
        with self.catalog.snapshot():
            return journal.find(self.catalog, job_id)

    def recent(self, limit: int, offset: int = 0) -> tuple[list[Job], int]:
        """Some jobs, newest first, and how many there are in all."""
        with self.catalog.snapshot():
            [total] = self.catalog.select("SELECT count(*) FROM jobs")
            found = self.catalog.select(
                "SELECT * FROM jobs ORDER BY number DESC LIMIT ? OFFSET ?", [limit, offset]
            )
            files: dict[str, list[JobFile]] = {row["job_id"]: [] for row in found}
            sql = "SELECT * FROM job_files WHERE job_id IN"
            for row in self.catalog.select_in(sql, list(files)):
                files[row["job_id"]].append(to_file(row))
            in_order = {i: sorted(f, key=lambda file: file.position) for i, f in files.items()}
            return [to_job(row, in_order[row["job_id"]]) for row in found], total[0]

    def cancel(self, job_id: str) -> Job:
        """Ends a job that waits at once, a running one at its next paper. Raises UnknownJob."""
        with self.catalog.transaction():
            job = journal.find(self.catalog, job_id)
            if job.state is JobState.QUEUED:
                cancelled = Fate(FileStatus.CANCELLED)
                journal.settle_all(self.catalog, job, job.waiting, cancelled)
                journal.enter(self.catalog, job_id, JobState.CANCELLED)
            elif job.state is JobState.RUNNING:
                self.catalog.execute("UPDATE jobs SET cancel = 1 WHERE job_id = ?", [job_id])
            return journal.find(self.catalog, job_id)

    def events(self, job_id: str, after: int = 0) -> list[JobEvent]:
        """What happened after event ``after``, in order."""
        with self.catalog.snapshot():
            sql = "SELECT * FROM job_events WHERE job_id = ? AND number > ? ORDER BY number"
            return [to_event(row) for row in self.catalog.select(sql, [job_id, after])]

    def last_event(self, job_id: str) -> int:
        """The number of the last event; 0 if there is none."""
        sql = "SELECT max(number) FROM job_events WHERE job_id = ?"
        [row] = self.catalog.select(sql, [job_id])
        return row[0] or 0

    def is_pending(self) -> bool:
        """Whether any job waits or runs."""
        return self._pending(limit=1) > 0

    def check_room(self, most: int) -> None:
        """Raises QueueFull if ``most`` jobs wait."""
        if (waiting := self._pending(most)) >= most:
            raise QueueFull(f"{waiting} jobs are waiting already: try again when some are done")

    def _insert(self, owner: str, kind: JobKind, paper_id: str | None, most: int) -> str:
        self.check_room(most)
        job_id = secrets.token_hex(8)
        self.catalog.execute(
            "INSERT INTO jobs (job_id, owner, kind, paper_id, state, created, cancel, crashes) "
            "VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
            [job_id, owner, kind, paper_id, JobState.QUEUED, time.time()],
        )
        journal.enter(self.catalog, job_id, JobState.QUEUED)
        return job_id

    def _pending(self, limit: int) -> int:
        found = self.catalog.select(
            "SELECT 1 FROM jobs WHERE state IN (?, ?) LIMIT ?",
            [JobState.QUEUED, JobState.RUNNING, limit],
        )
        return len(found)

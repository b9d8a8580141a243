"""The jobs of a library, as the one process sees them that carries them out (`lock`)."""

from __future__ import annotations

from dataclasses import replace

from ingest.jobs import holders, journal
from ingest.jobs.values import (
    EventKind,
    Fate,
    FileStatus,
    Job,
    JobFile,
    JobKind,
    JobProblem,
    JobState,
    Progress,
)
from rag.store.catalog_writer import WritableCatalog

CRASHES = 2
"""A job whose process ended so often, unasked, is given up."""

TOLD_OF = 200
"""So many finished jobs keep their events; of older ones only the end is told."""

KEPT = 500
"""So many finished jobs are known at all."""

_FORGET_JOBS = """
DELETE FROM jobs WHERE job_id IN (
    SELECT job_id FROM jobs WHERE finished IS NOT NULL ORDER BY number DESC LIMIT -1 OFFSET ?
)
"""
_FORGET_EVENTS = """
DELETE FROM job_events WHERE kind <> ? AND job_id IN (
    SELECT job_id FROM jobs WHERE finished IS NOT NULL ORDER BY number DESC LIMIT ? OFFSET ?
)
"""
_OVERLOOKED = "nothing was said of it: upload it again"


class JobQueue:
    """Takes one job after the other and records what becomes of it."""

    def __init__(self, catalog: WritableCatalog) -> None:
        self.catalog = catalog

    def next(self) -> str:
        """The id of the job that is due; empty if none waits."""
        sql = "SELECT job_id FROM jobs WHERE state = ? ORDER BY number LIMIT 1"
        return "".join(row["job_id"] for row in self.catalog.select(sql, [JobState.QUEUED]))

    def claim(self) -> Job | None:
        """The job that is due, running from now on; ``None`` if none waits.

        Its ``started`` tells when it was begun before, if it was.
        """
        with self.catalog.transaction():
            if not (job_id := self.next()):
                return None
            before = journal.find(self.catalog, job_id)
            if before.started is None:
                holders.note(self.catalog, before)
            journal.enter(self.catalog, job_id, JobState.RUNNING)
            return replace(journal.find(self.catalog, job_id), started=before.started)

    def park(self, job: Job, problem: JobProblem | None = None) -> None:
        """It waits again, for its turn or for what ``problem`` says."""
        with self.catalog.transaction():
            self._park(job, problem)

    def wait(self, problem: JobProblem) -> None:
        """The job that is due can't begin, and says why; said once."""
        with self.catalog.transaction():
            if (job_id := self.next()) and journal.find(self.catalog, job_id).problem != problem:
                journal.enter(self.catalog, job_id, JobState.QUEUED, problem)

    def settle(self, job: Job, file: JobFile, fate: Fate) -> None:
        """It is known what became of a file: the job gets on, crashes or no crashes."""
        with self.catalog.transaction():
            journal.settle(self.catalog, job.job_id, file, fate)
            sql = "UPDATE jobs SET crashes = 0 WHERE job_id = ? AND crashes > 0"
            self.catalog.execute(sql, [job.job_id])

    def again(self, job: Job) -> Job:
        """The job as it is now."""
        with self.catalog.snapshot():
            return journal.find(self.catalog, job.job_id)

    def progress(self, job: Job, how_far: Progress) -> None:
        """How far the job is."""
        with self.catalog.transaction():
            journal.progress(self.catalog, job.job_id, how_far)

    def is_cancelled(self, job: Job) -> bool:
        """Whether somebody asked for its end."""
        sql = "SELECT cancel FROM jobs WHERE job_id = ?"
        return any(row["cancel"] for row in self.catalog.select(sql, [job.job_id]))

    def finish(self, job: Job) -> None:
        """All its files were looked at."""
        with self.catalog.transaction():
            self._end(job, JobState.DONE, Fate(FileStatus.FAILED, reason=_OVERLOOKED))

    def cancel(self, job: Job) -> None:
        """It ends as it was asked to; what is in the library stays there."""
        with self.catalog.transaction():
            self._end(job, JobState.CANCELLED, Fate(FileStatus.CANCELLED))

    def fail(self, job: Job, problem: JobProblem) -> None:
        """It can't go on; the files that were not looked at fail with it."""
        with self.catalog.transaction():
            self._fail(job, problem)

    def take_up(self) -> None:
        """What ran in a process that is gone, with its server, say, waits for its turn again."""
        with self.catalog.transaction():
            for job in self._running():
                self._park(job)

    def count_crash(self, how: str) -> None:
        """The process that ran jobs ended unasked: its job is tried again, but not for ever.

        ``how`` says how it ended.
        """
        with self.catalog.transaction():
            for job in self._running():
                sql = "UPDATE jobs SET crashes = crashes + 1 WHERE job_id = ?"
                self.catalog.execute(sql, [job.job_id])
                if job.crashes + 1 < CRASHES or job.cancel:
                    self._park(job)
                else:
                    self._fail(job, JobProblem("internal", _given_up(job, how)))

    def _running(self) -> list[Job]:
        sql = "SELECT job_id FROM jobs WHERE state = ?"
        found = self.catalog.select(sql, [JobState.RUNNING])
        return [journal.find(self.catalog, row["job_id"]) for row in found]

    def _park(self, job: Job, problem: JobProblem | None = None) -> None:
        if journal.find(self.catalog, job.job_id).cancel:
            self._end(job, JobState.CANCELLED, Fate(FileStatus.CANCELLED))
        else:
            journal.enter(self.catalog, job.job_id, JobState.QUEUED, problem)

    def _fail(self, job: Job, problem: JobProblem) -> None:
        reason = f"not looked at, as the job failed: {problem.detail}"
        self._end(job, JobState.FAILED, Fate(FileStatus.FAILED, reason=reason), problem)

    def _end(
        self, job: Job, state: JobState, fate: Fate, problem: JobProblem | None = None
    ) -> None:
        """``fate`` is that of the files nothing was said of, unless the library has them."""
        for file in journal.find(self.catalog, job.job_id).waiting:
            known = holders.stored(self.catalog, file)
            journal.settle(self.catalog, job.job_id, file, known or fate)
        journal.enter(self.catalog, job.job_id, state, problem)
        self._prune()

    def _prune(self) -> None:
        self.catalog.execute(_FORGET_JOBS, [KEPT])
        self.catalog.execute(_FORGET_EVENTS, [EventKind.DONE, KEPT, TOLD_OF])


def _given_up(job: Job, how: str) -> str:
    what = f"removing {job.paper_id}"
    if job.kind is JobKind.INGEST and job.waiting:
        what = f"reading {job.waiting[0].name!r} or one of the files after it"
    return f"the process that does the work ended {CRASHES} times ({how}) while {what}"

"""Carries out a library's jobs, one after the other."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from pathlib import Path

from ingest.commands import ingest, remove
from ingest.events import Event, Failed, Indexed, Stored
from ingest.jobs.following import Following
from ingest.jobs.patience import Patience
from ingest.jobs.problems import INTERNAL, LOCKED, problem_of
from ingest.jobs.queue import JobQueue
from ingest.jobs.values import Job, JobKind
from ingest.lock import waited_for
from ingest.uploads.sweeping import sweep
from rag.config import Settings
from rag.errors import (
    EmbeddingError,
    LibraryError,
    LibraryLocked,
    ScholiumError,
    UnknownPaper,
    UsageError,
)

POLL_S = 0.25
LOCKED_POLL_S = 1.0

UNWRITABLE_POLL_S = 2.0
"""The catalog itself can't be written: the disk is full, say."""

MOMENT_S = 0.1
"""Whoever ends a group of processes may reach the readers first: their end is no file's fault."""


class _Stopped(Exception):
    """The process is to end."""


class _Cancelled(Exception):
    """The job is to end."""


class Runner:
    """Takes jobs until there have been none for ``idle_s``, or it is told to stop."""

    def __init__(self, library: Path, settings: Settings, queue: JobQueue, idle_s: float) -> None:
        self._library = library
        self._settings = settings
        self._queue = queue
        self._idle_s = idle_s
        self._patience = Patience()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Returns when there is nothing more to do; a job left off is in the queue again."""
        while not self.stopping.is_set():
            try:
                self._queue.take_up()
                self._work()
                return
            except (LibraryError, OSError):
                logging.getLogger(__name__).exception("can't go on with the jobs for now")
                self.stopping.wait(UNWRITABLE_POLL_S)

    def _work(self) -> None:
        worked_at = time.monotonic()
        while not self.stopping.is_set() and time.monotonic() - worked_at < self._idle_s:
            if not self._queue.next():
                self.stopping.wait(POLL_S)
                continue
            if waited_for(self._library):
                self._queue.wait(LOCKED)
                self.stopping.wait(LOCKED_POLL_S)
            elif job := self._queue.claim():
                self._carry_out(job)
                self._clear_up()
            worked_at = time.monotonic()

    def _clear_up(self) -> None:
        try:
            sweep(self._library, self._queue.catalog)
        except (LibraryError, OSError) as error:  # for the next time
            logging.getLogger(__name__).warning("can't clear up after a job: %s", error)

    def _carry_out(self, job: Job) -> None:
        try:
            self._do(job)
        except _Stopped:
            self._queue.park(job)
        except _Cancelled:
            self._queue.cancel(job)
        except LibraryLocked:  # somebody was faster
            self._queue.park(job, LOCKED)
            self.stopping.wait(LOCKED_POLL_S)
        except UsageError as error:
            self._queue.fail(job, problem_of(error))
        except (ScholiumError, OSError) as error:
            self._put_off(job, error)
        except Exception:
            logging.getLogger(__name__).exception("job %s failed", job.job_id)
            self._queue.fail(job, INTERNAL)
        else:
            self._queue.finish(job)

    def _put_off(self, job: Job, error: Exception) -> None:
        """It failed for what may be mended: if not for ever, it is tried again."""
        pause_s = self._patience.pause_s(self._queue.again(job))
        if not pause_s:
            self._queue.fail(job, problem_of(error))
            return
        self._queue.park(job, problem_of(error))
        again_at = time.monotonic() + pause_s
        while time.monotonic() < again_at and self._queue.next() == job.job_id:  # not cancelled
            if self.stopping.wait(POLL_S):
                return

    def _do(self, job: Job) -> None:
        self._go_on(job)
        match job.kind:
            case JobKind.INGEST:
                self._ingest(job)
            case JobKind.REMOVE:
                self._remove(job)

    def _ingest(self, job: Job) -> None:
        following = Following(job, self._library, self._queue)
        paths = list(dict.fromkeys((self._library / file.path).resolve() for file in job.waiting))
        there = [path for path in paths if path.is_file()]
        for path in paths:
            if path not in there:
                following.fail(str(path), "the file that was uploaded is gone: upload it again")
        if not there:
            return
        with closing(ingest(there, self._library, self._settings)) as events:
            for event in events:
                self._take(event, job, following)
        following.tell()

    def _take(self, event: Event, job: Job, following: Following) -> None:
        if isinstance(event, Failed):
            self.stopping.wait(MOMENT_S)
            self._stop_if_told()
            if event.passing:
                raise EmbeddingError(event.reason)
        following.take(event)
        if not isinstance(event, Indexed | Stored):  # else more papers are visible than told of
            self._go_on(job)

    def _remove(self, job: Job) -> None:
        try:
            remove(self._library, job.paper_id or "", self._settings)
        except UnknownPaper:
            if job.started is None:
                raise  # else an attempt that was cut off has removed it

    def _go_on(self, job: Job) -> None:
        self._stop_if_told()
        if self._queue.is_cancelled(job):
            raise _Cancelled

    def _stop_if_told(self) -> None:
        if self.stopping.is_set():
            raise _Stopped

"""Carries out a library's jobs, one after the other."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from pathlib import Path

from ingest.commands import ingest, remove
from ingest.events import Mined
from ingest.jobs.following import Following
from ingest.jobs.queue import JobQueue
from ingest.jobs.values import Job, JobKind, JobProblem
from ingest.lock import waited_for
from ingest.uploads.sweeping import sweep
from rag.config import Settings
from rag.errors import (
    LibraryError,
    LibraryLocked,
    ScholiumError,
    SearchEngineError,
    UnknownPaper,
)

POLL_S = 0.25
LOCKED_POLL_S = 1.0

_CODES: tuple[tuple[type[ScholiumError], str], ...] = (
    (UnknownPaper, "unknown-paper"),
    (SearchEngineError, "search-engine"),
    (ScholiumError, "library"),
)
"""The first that fits, as `api.problems` has them."""


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
        self.stopping = threading.Event()

    def run(self) -> None:
        """Returns when there is nothing more to do; a job left off is in the queue again."""
        self._queue.take_up()
        worked_at = time.monotonic()
        while not self.stopping.is_set() and time.monotonic() - worked_at < self._idle_s:
            if not self._queue.next():
                self.stopping.wait(POLL_S)
                continue
            if holder := waited_for(self._library):
                self._queue.wait(_locked(holder))
                self.stopping.wait(LOCKED_POLL_S)
            elif job := self._queue.claim():
                self._carry_out(job)
                self._clear_up()
            worked_at = time.monotonic()

    def _clear_up(self) -> None:
        try:
            sweep(self._library, self._queue.catalog)
        except LibraryError as error:  # for the next time
            logging.getLogger(__name__).warning("can't clear up after a job: %s", error)

    def _carry_out(self, job: Job) -> None:
        try:
            self._do(job)
        except _Stopped:
            self._queue.park(job)
        except _Cancelled:
            self._queue.cancel(job)
        except LibraryLocked:  # somebody was faster
            self._queue.park(job, _locked("another process"))
            self.stopping.wait(LOCKED_POLL_S)
        except ScholiumError as error:
            code = next(code for kind, code in _CODES if isinstance(error, kind))
            self._queue.fail(job, JobProblem(code, str(error)))
        except Exception:
            logging.getLogger(__name__).exception("job %s failed", job.job_id)
            self._queue.fail(job, JobProblem("internal", "the server's log says more"))
        else:
            self._queue.finish(job)

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
                if isinstance(event, Mined):  # amid a transaction, for which others wait
                    self._stop_if_told()
                    continue
                following.take(event)
                self._go_on(job)
        following.tell()

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


def _locked(holder: str) -> JobProblem:
    return JobProblem(
        "library-locked", f"the library is being written by {holder}: waiting until it ends"
    )

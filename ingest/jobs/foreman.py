"""Sees to it that somebody carries out the jobs of a library."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.jobs.lock import running_jobs
from ingest.jobs.process import Order
from ingest.jobs.queue import JobQueue
from ingest.jobs.store import JobStore
from ingest.uploads.incoming import remove_unfinished
from ingest.uploads.sweeping import sweep
from rag.config import Settings

POLL_S = 0.5
IDLE_S = 30.0
_LONGEST_PAUSE_S = 30.0


class Foreman:
    """Starts a process for the jobs whenever some wait and nobody carries them out.

    Each server process has one; whichever is first has the work done, for all of them. ``store``
    may be shared with other threads.
    """

    def __init__(
        self, library: Path, settings: Settings, store: JobStore, idle_s: float = IDLE_S
    ) -> None:
        self._order = Order(library.resolve(), settings, idle_s)
        self._store = store
        self._queue = JobQueue(store.catalog)
        self._worker: _Worker | None = None
        self._stopping = threading.Event()
        self._called = threading.Event()
        self._end = threading.Lock()
        self._pause_s = 0.0
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._watch, name="foreman", daemon=True)

    def start(self) -> None:
        """Begins to look after the jobs; those that a crash left behind first."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it looks after the jobs."""
        return self._thread.is_alive()

    def call(self) -> None:
        """There is a new job: look now, not only at the next turn."""
        self._called.set()

    def stop(self, drain_s: float) -> None:
        """Has the running job left off at the next paper, and waits so long at most for that.

        It goes on when a foreman of this library is started again. May be called more than once.
        """
        self._stopping.set()
        self._called.set()
        with self._end:
            if self._thread.is_alive():
                self._thread.join()
            if self._worker:
                self._worker.end(drain_s)
                self._worker = None
                self._guarded(self._take_up)

    def _watch(self) -> None:
        self._guarded(self._clear_up)
        while not self._stopping.is_set():
            self._guarded(self._look)
            self._called.wait(POLL_S)
            self._called.clear()

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception:  # the thread must not end: nobody would look after the jobs
            logging.getLogger(__name__).exception("can't look after the jobs")

    def _clear_up(self) -> None:
        """Deletes what uploads and jobs of servers that are gone left behind."""
        remove_unfinished(self._order.library)
        sweep(self._order.library, self._store.catalog)

    def _look(self) -> None:
        if self._worker:
            if (status := self._worker.ended()) is None:
                return
            self._worker = None
            self._judge(status)
        if time.monotonic() >= self._not_before and self._store.is_pending() and self._take_up():
            self._worker = _Worker(self._order)

    def _judge(self, status: int) -> None:
        """What it means that the process has ended."""
        if status == 0:
            self._pause_s = 0.0
            return
        self._pause_s = min(max(2 * self._pause_s, POLL_S), _LONGEST_PAUSE_S)
        self._not_before = time.monotonic() + self._pause_s
        logging.getLogger(__name__).error("the process for the jobs %s", _how(status))
        with running_jobs(self._order.library) as alone:
            if alone:  # else another has taken the job up already
                self._queue.count_crash(_how(status))

    def _take_up(self) -> bool:
        """Whether nobody carries out jobs. What runs then was left behind: it waits again, and is
        not taken for what the next process ended in the middle of.
        """
        with running_jobs(self._order.library) as alone:
            if alone:
                self._queue.take_up()
            return alone


class _Worker:
    """The process. It ends with this one: the system closes the pipe."""

    def __init__(self, order: Order) -> None:
        there, self._pipe = Pipe(duplex=False)
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.jobs.process", str(there.fileno())],
                env={**os.environ, "PYTHONPATH": paths},
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for the server, which tells the process in its turn
            )
        _send(self._pipe, order)

    def ended(self) -> int | None:
        """The exit status; ``None`` while it runs."""
        status = self._process.poll()
        if status is not None:
            self._pipe.close()
        return status

    def end(self, patience_s: float) -> None:
        """Asks it to end, and ends it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe.close()


def _send(pipe: Connection, order: Order) -> None:
    try:
        pipe.send(order)
    except BrokenPipeError:
        pass  # it has ended already, which is noticed in its turn


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    if -status in set(signal.Signals):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"  # those of real time have no names

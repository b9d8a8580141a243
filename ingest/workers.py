"""Parses files in worker processes, each file under limits of time and memory.

A file that hangs, eats memory or kills its worker fails alone: the worker is replaced and the
other files go on. No worker outlives the process that started it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from pebble import ProcessExpired, ProcessPool

from ingest.fences import die_with, within
from rag.errors import SourceError
from rag.types import Paper

AHEAD = 4
"""Files in flight per worker: enough to keep it busy while another's file takes long, few enough
to bound memory, as those that are done wait for their turn."""

FILES_PER_WORKER = 200
"""A worker is replaced after so many, so that a leak in a parser stays small."""

GRACE_S = 5.0
"""A worker whose time is up and that nobody ended ends itself after so much more."""

Parse = Callable[[Path], Paper]
Prepare = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. ``seconds`` is the worker's own time."""

    source: Path
    result: Paper | SourceError
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file. ``memory_mb`` is the worker's whole address space. ``granted_s`` is what the
    parser may add to the time at most, by `fences.grant`: for pages of scans.
    """

    timeout_s: float
    memory_mb: int
    granted_s: float = 0.0


def nothing(_: Path) -> None:
    """Prepares for no file."""


def parse_files(
    paths: Iterable[Path], parse: Parse, limits: Limits, jobs: int, prepare: Prepare = nothing
) -> Iterator[Outcome]:
    """Outcomes in the order of ``paths``. ``parse`` and ``prepare`` must be picklable.

    ``prepare`` runs in the worker before ``parse`` and under no limit of memory: it loads the
    libraries that reading such a file takes, which half-loaded would spoil the worker.
    """
    read, paths = Reader(parse, prepare, limits), iter(paths)
    while unread := (yield from _until_it_breaks(paths, read, jobs)):
        paths = chain(unread, paths)


@contextmanager
def worker_pool(jobs: int, prepare: Callable[[], object] | None = None) -> Iterator[ProcessPool]:
    """Processes that end with this one, or with the block; ``prepare`` runs first in each."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    with (
        here,
        there,  # nothing is ever sent: that it closes tells the workers that we are gone
        ProcessPool(
            max_workers=jobs,
            max_tasks=FILES_PER_WORKER,
            initializer=_begin,
            initargs=[here, prepare],
            context=context,
        ) as pool,
    ):
        try:
            yield pool
        finally:
            pool.stop()


def _begin(parent: Connection, prepare: Callable[[], object] | None) -> None:
    die_with(parent)
    if prepare:
        prepare()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one file, in a worker, as far as the limits let it."""

    parse: Parse
    prepare: Prepare
    limits: Limits

    def __call__(self, path: Path) -> Outcome:
        start = perf_counter()
        try:
            self.prepare(path)
            with within(self.limits.memory_mb, self.limits.timeout_s + GRACE_S):
                paper = self.parse(path)
        except SourceError as error:
            return Outcome(path, error)
        except MemoryError:
            return _failed(path, _too_big(self.limits))
        except BaseException as error:  # noqa: BLE001  a parser's bug, or its sys.exit(), is that file's failure
            reason = f"can't be read: {type(error).__name__}: {error}".splitlines()[0]
            return _failed(path, reason.rstrip(": "))
        return Outcome(path, paper, perf_counter() - start)


def _until_it_breaks(
    paths: Iterator[Path], read: Reader, jobs: int
) -> Generator[Outcome, None, list[Path]]:
    """Outcomes of one pool; returns the files taken from ``paths`` that have none.

    A pool breaks when a worker dies that reads no file: the system was short of memory, say. If
    that is before the first outcome, it is the first file's failure, so that there is an end.
    """
    flying: deque[tuple[Path, Future[Outcome]]] = deque()
    hopeful = False
    with worker_pool(jobs) as pool:
        while True:
            for path in islice(paths, jobs * AHEAD - len(flying)):
                flying.append((path, _scheduled(pool, read, path)))
            if not flying:
                return []
            try:
                outcome = _outcome(*flying[0], read.limits)
            except RuntimeError as error:
                if not hopeful:
                    yield _failed(flying.popleft()[0], f"no process could read it: {error}")
                return [path for path, _ in flying]
            hopeful = True
            flying.popleft()
            yield outcome


def _scheduled(pool: ProcessPool, read: Reader, path: Path) -> Future[Outcome]:
    """What will become of the file: a RuntimeError if the pool is broken."""
    try:
        timeout_s = read.limits.timeout_s + read.limits.granted_s
        future: Future[Outcome] = pool.schedule(read, args=[path], timeout=timeout_s)
    except RuntimeError as error:
        future = Future()
        future.set_exception(error)
    return future


def _outcome(path: Path, future: Future[Outcome], limits: Limits) -> Outcome:
    """Waits for it. Raises RuntimeError if the pool is broken."""
    try:
        return future.result()
    except FutureTimeout:
        return _failed(path, _too_slow(limits))
    except ProcessExpired as error:
        return _failed(path, _crash(error.exitcode, limits))


def _failed(path: Path, reason: str) -> Outcome:
    return Outcome(path, SourceError(str(path), reason))


def _crash(status: int, limits: Limits) -> str:
    match -status:
        case signal.SIGALRM:
            return _too_slow(limits)
        case -127:  # so the loader ends a process that has no memory for a library's variables
            return _too_big(limits)
        case _:
            return f"crashed its reader (exit status {status})"


def _too_slow(limits: Limits) -> str:
    scans = ", and for each page of a scan ocr_page_s" if limits.granted_s else ""
    return f"took longer than {limits.timeout_s:g} s to read ([parser] timeout_s{scans})"


def _too_big(limits: Limits) -> str:
    return f"needs more than {limits.memory_mb} MB of memory ([parser] memory_mb)"

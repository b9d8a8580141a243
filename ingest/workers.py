"""Parses files in worker processes, each file under limits of time and memory.

A file that hangs, eats memory or kills its worker fails alone: the worker is replaced and the
other files go on. No worker outlives the process that started it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from itertools import islice
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
    """For one file. ``memory_mb`` is the worker's whole address space."""

    timeout_s: float
    memory_mb: int


def nothing(_: Path) -> None:
    """Prepares for no file."""


def parse_files(
    paths: Iterable[Path], parse: Parse, limits: Limits, jobs: int, prepare: Prepare = nothing
) -> Iterator[Outcome]:
    """Outcomes in the order of ``paths``. ``parse`` and ``prepare`` must be picklable.

    ``prepare`` runs in the worker before ``parse`` and under no limit of memory: it loads the
    libraries that reading such a file takes, which half-loaded would spoil the worker.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    with (
        here,
        there,  # nothing is ever sent: that it closes tells the workers that we are gone
        ProcessPool(
            max_workers=jobs,
            max_tasks=FILES_PER_WORKER,
            initializer=die_with,
            initargs=[here],
            context=context,
        ) as pool,
    ):
        read = Reader(parse, prepare, limits)
        try:
            yield from _in_order(pool, iter(paths), read, jobs * AHEAD)
        finally:
            pool.stop()


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


def _in_order(
    pool: ProcessPool, paths: Iterator[Path], read: Reader, ahead: int
) -> Iterator[Outcome]:
    flying: deque[tuple[Path, Future[Outcome]]] = deque()
    while True:
        for path in islice(paths, ahead - len(flying)):
            flying.append((path, _scheduled(pool, read, path)))
        if not flying:
            return
        yield _outcome(*flying.popleft(), read.limits)


def _scheduled(pool: ProcessPool, read: Reader, path: Path) -> Future[Outcome]:
    try:
        future: Future[Outcome] = pool.schedule(read, args=[path], timeout=read.limits.timeout_s)
    except RuntimeError as error:  # the pool broke: no worker could be started, or it died idle
        future = Future()
        future.set_exception(error)
    return future


def _outcome(path: Path, future: Future[Outcome], limits: Limits) -> Outcome:
    try:
        return future.result()
    except FutureTimeout:
        return _failed(path, _too_slow(limits))
    except ProcessExpired as error:
        return _failed(path, _crash(error.exitcode, limits))
    except Exception as error:  # noqa: BLE001  whatever the pool meets is told of the file it was for
        reason = f"its reader could not work: {type(error).__name__}: {error}"
        return _failed(path, reason.splitlines()[0])


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
    return f"took longer than {limits.timeout_s:g} s to read ([parser] timeout_s)"


def _too_big(limits: Limits) -> str:
    return f"needs more than {limits.memory_mb} MB of memory ([parser] memory_mb)"

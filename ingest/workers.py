"""Parses files in worker processes, each file under limits of time and memory.

A file that hangs, eats memory or kills its worker fails alone: the worker is replaced and the
other files go on.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

from pebble import ProcessExpired, ProcessPool

from rag.errors import SourceError
from rag.types import Paper

AHEAD = 2
"""Files in flight per worker: enough to keep it busy, few enough to bound memory."""

FILES_PER_WORKER = 200
"""A worker is replaced after so many, so that a leak in a parser stays small."""

Parse = Callable[[Path], Paper]


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


def parse_files(
    paths: Iterable[Path], parse: Parse, limits: Limits, jobs: int
) -> Iterator[Outcome]:
    """Outcomes as they come, in no particular order. ``parse`` must be picklable."""
    with ProcessPool(
        max_workers=jobs,
        max_tasks=FILES_PER_WORKER,
        initializer=_limit_memory,
        initargs=[limits.memory_mb],
        context=multiprocessing.get_context("spawn"),
    ) as pool:
        try:
            yield from _drain(pool, iter(paths), parse, limits, jobs * AHEAD)
        finally:
            pool.stop()


def _drain(
    pool: ProcessPool, paths: Iterator[Path], parse: Parse, limits: Limits, ahead: int
) -> Iterator[Outcome]:
    flying: dict[Future[tuple[Paper, float]], Path] = {}
    while True:
        for path in islice(paths, ahead - len(flying)):
            future = pool.schedule(_timed, args=[parse, path], timeout=limits.timeout_s)
            flying[future] = path
        if not flying:
            return
        done, _ = wait(flying, return_when=FIRST_COMPLETED)
        for future in done:
            yield _outcome(future, flying.pop(future), limits)


def _timed(parse: Parse, path: Path) -> tuple[Paper, float]:
    start = perf_counter()
    return parse(path), perf_counter() - start


def _outcome(future: Future[tuple[Paper, float]], path: Path, limits: Limits) -> Outcome:
    try:
        return Outcome(path, *future.result())
    except SourceError as error:
        return Outcome(path, error)
    except FutureTimeout:
        reason = f"took longer than {limits.timeout_s:g} s to read ([parser] timeout_s)"
    except MemoryError:
        reason = f"needs more than {limits.memory_mb} MB of memory ([parser] memory_mb)"
    except ProcessExpired as error:
        reason = f"crashed its reader (exit status {error.exitcode})"
    except Exception as error:  # noqa: BLE001  a parser's bug is that file's failure, not the run's
        reason = f"can't be read: {type(error).__name__}: {error}".splitlines()[0]
    return Outcome(path, SourceError(str(path), reason))


def _limit_memory(memory_mb: int) -> None:
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))

"""The process that carries out a library's jobs: ``python -m ingest.jobs.process PIPE``.

A server starts it (`ingest.jobs.foreman`) and sends what it needs over a pipe. It ends when that
server does, however that happens; what it was at is taken up by the next.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.fences import die_with
from ingest.jobs.lock import running_jobs
from ingest.jobs.queue import JobQueue
from ingest.jobs.runner import Runner
from rag.allocator import bound_arenas
from rag.config import Settings
from rag.store.catalog_writer import WritableCatalog

PATIENCE_S = 2.0
"""Whoever looks whether somebody runs jobs holds the lock for a moment."""

NICENESS = 5
"""Who asks goes before who ingests."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is sent. It travels as it is, so that a password in a URL stays in it."""

    library: Path
    settings: Settings
    idle_s: float


def main() -> None:
    """Works until there is nothing to do."""
    server = Connection(int(sys.argv[1]), writable=False)
    order: Order = server.recv()
    die_with(server)
    os.nice(NICENESS)
    bound_arenas()
    with (
        running_jobs(order.library, PATIENCE_S) as alone,
        WritableCatalog(order.library) as catalog,
    ):
        if alone:
            runner = Runner(order.library, order.settings, JobQueue(catalog), order.idle_s)
            signal.signal(signal.SIGTERM, lambda *_: runner.stopping.set())
            runner.run()


if __name__ == "__main__":
    main()

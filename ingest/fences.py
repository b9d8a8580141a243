"""What the operating system does to a process that hangs, grows or is left behind.

All of it works while C code runs and holds the interpreter, where no thread or signal handler
of Python's could: signals are left to what they do by default, which is to end the process.
"""

from __future__ import annotations

import fcntl
import os
import resource
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


def die_with(parent: Connection) -> None:
    """Ends this process as soon as the other end of the pipe closes, however that happens.

    The kernel then sends SIGIO to the process. (Linux could also signal the death of the parent,
    but does so already when the thread ends that started the process.) Where a file can't be
    opened anew under /dev/fd, only the last of several processes with one pipe is told.
    """
    # Opened anew: who is told belongs to the opened file, which all that inherit it share. And
    # it stays open when the caller drops its connection.
    pipe = os.open(f"/dev/fd/{parent.fileno()}", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:
        os.kill(os.getpid(), signal.SIGIO)  # it closed before it was watched


@contextmanager
def within(memory_mb: int, time_s: float) -> Iterator[None]:
    """Limits the address space (MemoryError) and ends the process when the time is up (SIGALRM).

    Only the soft limit is set, so that afterwards the process can work as before.
    """
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_lower(memory_mb * 1024 * 1024, before), most))
    signal.setitimer(signal.ITIMER_REAL, time_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def grant(time_s: float) -> None:
    """Gives the file that is being read, if its time is limited (`within`), so much more."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if left:
        signal.setitimer(signal.ITIMER_REAL, left + time_s)


def _lower(size: int, limit: int) -> int:
    return size if limit == resource.RLIM_INFINITY else min(size, limit)

"""Jobs carried out by real processes, which are stopped and killed in the middle."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from ingest.jobs.foreman import Foreman
from ingest.jobs.values import FileStatus, JobState
from rag.build import open_library
from tests.ingest.jobs.bombs import words_bomb
from tests.ingest.jobs.conftest import SETTINGS
from tests.ingest.jobs.shop import Shop, notes, runners, statuses, until

SERVER = """
import sys, threading
from pathlib import Path
from ingest.jobs.foreman import Foreman
from ingest.jobs.store import JobStore
from rag.store.catalog_writer import WritableCatalog
from tests.ingest.jobs.conftest import SETTINGS

if __name__ == "__main__":
    library = Path(sys.argv[1])
    with WritableCatalog(library) as catalog:
        Foreman(library, SETTINGS, JobStore(catalog)).start()
        threading.Event().wait()
"""
STORED = FileStatus.STORED
FULL_OF_WORDS = 150_000_000
"""Bytes that a reader has only amid the bomb."""


@contextmanager
def server(library: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has a foreman; killed at the end at the latest."""
    paths = os.pathsep.join(sys.path)
    command = [sys.executable, "-c", SERVER, str(library)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}) as process:
        try:
            yield process
        finally:
            process.kill()


def consistent(shop: Shop) -> int:
    """How many papers the library has, in which nothing is amiss."""
    with open_library(shop.library, SETTINGS) as library:
        assert library.check() == []
        return len(library.papers())


def test_its_server_is_killed_and_another_goes_on(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(25))
    with server(shop.library) as process:
        until(lambda: shop.settled(job) >= 5)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive, "what it started outlives the server"
    assert shop.store.get(job.job_id).state is JobState.RUNNING, "it was not told to stop"
    before = shop.settled(job)
    assert before < 25, "else there is nothing to go on with"
    foreman.start()
    done = shop.ended(job)
    assert (done.state, statuses(done)) == (JobState.DONE, [STORED] * 25)
    assert consistent(shop) == 25


def test_its_process_is_killed_twice(shop: Shop, foreman: Foreman) -> None:
    bomb, next_job = shop.upload({"words.pdf": words_bomb()}), shop.upload(notes(1))
    foreman.start()
    killed = None
    for how in (signal.SIGKILL, signal.SIGRTMIN + 3):  # the second has no name
        shop.reaches(bomb, JobState.RUNNING)
        [runner] = [process for process in runners() if process.pid != killed]
        runner.send_signal(how)
        killed = runner.pid
        until(lambda: shop.store.get(bomb.job_id).state is not JobState.RUNNING)
    failed = shop.ended(bomb)
    assert failed.state is JobState.FAILED
    assert failed.problem
    assert failed.problem.code == "internal"
    assert "2 times (was ended by signal 37) while reading 'words.pdf'" in failed.problem.detail
    assert shop.ended(next_job).state is JobState.DONE
    assert foreman.is_alive


def test_all_its_processes_are_told_to_end(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload({"words.pdf": words_bomb(), **notes(1)})
    foreman.start()
    runner = reading()
    os.killpg(runner.pid, signal.SIGTERM)
    psutil.wait_procs([runner], timeout=60)
    assert set(statuses(shop.store.get(job.job_id))) == {FileStatus.WAITING}
    shop.store.cancel(job.job_id)
    assert shop.ended(job).crashes == 0


def test_a_full_disk_is_waited_for(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    shop.ended(shop.upload(notes(1)))
    [runner] = runners()
    before = runner.rlimit(resource.RLIMIT_FSIZE)
    runner.rlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    job = shop.upload(notes(1, start=1))
    time.sleep(3)  # in which it tries; it can't even log
    runner.rlimit(resource.RLIMIT_FSIZE, before)
    assert statuses(shop.ended(job)) == [STORED]
    assert [process.pid for process in runners()] == [runner.pid]
    assert shop.store.get(job.job_id).crashes == 0


def test_stopped_ended_and_cancelled_in_the_middle(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    foreman.start()
    until(lambda: shop.settled(job) >= 3)
    foreman.stop(60)
    assert runners() == []
    left = shop.store.get(job.job_id)
    assert left.state is JobState.QUEUED
    assert 0 < len(left.waiting) < 40

    second = Foreman(shop.library, SETTINGS, shop.store)
    second.start()
    until(lambda: shop.store.get(job.job_id).state is JobState.RUNNING)
    [runner] = runners()
    runner.send_signal(signal.SIGSTOP)
    second.stop(0.1)
    assert not runner.is_running()
    assert shop.store.get(job.job_id).state is JobState.QUEUED

    settled = shop.settled(job)
    third = Foreman(shop.library, SETTINGS, shop.store)
    third.start()
    until(lambda: shop.settled(job) > settled)
    shop.store.cancel(job.job_id)
    ended = shop.ended(job)
    assert ended.state is JobState.CANCELLED
    assert set(statuses(ended)) == {STORED, FileStatus.CANCELLED}
    until(lambda: len(shop.paths()) == consistent(shop))
    third.stop(10)
    assert consistent(shop) == statuses(ended).count(STORED)


def test_several_servers_share_one_process(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    with server(shop.library):
        jobs = [shop.upload(notes(2, start=2 * number)) for number in range(4)]
        assert {status for job in jobs for status in statuses(shop.ended(job))} == {STORED}
        for job in jobs:
            states = [e.data.get("state") for e in shop.store.events(job.job_id)]
            assert states.count("running") == 1, "nobody takes up what another is at"


@pytest.mark.slow
def test_killed_again_and_again_nothing_is_lost(shop: Shop) -> None:
    jobs = [shop.upload(notes(10, start=10 * number)) for number in range(2)]
    for _ in range(2):
        before = sum(shop.settled(job) for job in jobs)
        with server(shop.library):
            until(lambda: sum(shop.settled(job) for job in jobs) > before)  # noqa: B023
    with server(shop.library):
        assert [statuses(shop.ended(job)) for job in jobs] == [[STORED] * 10] * 2
    assert consistent(shop) == 20


def reading() -> psutil.Process:
    """The process for the jobs, once one of its readers is well into a file."""
    found: list[psutil.Process] = []

    def is_reading() -> bool:
        found[:] = runners()
        with suppress(psutil.NoSuchProcess):
            return any(
                reader.memory_info().rss > FULL_OF_WORDS for p in found for reader in p.children()
            )
        return False

    until(is_reading)
    return found[0]

"""Jobs carried out by real processes, which are stopped and killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ingest.commands import ingest
from ingest.jobs.foreman import Foreman
from ingest.jobs.queue import JobQueue
from ingest.jobs.values import EventKind, FileStatus, JobState
from ingest.lock import writing
from rag.build import open_library
from tests.ingest.jobs.conftest import SETTINGS
from tests.ingest.jobs.shop import Shop, notes, runners, statuses, until

EXAMPLES = Path(__file__).parents[3] / "examples" / "papers"
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
STORED, UNCHANGED = FileStatus.STORED, FileStatus.UNCHANGED


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


def test_papers_come_in_and_go(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    pdfs = {path.name: path.read_bytes() for path in EXAMPLES.glob("*.pdf")}
    job = shop.upload({**pdfs, "fake.pdf": b"%PDF-1.7 and nothing else"})
    again = shop.upload(pdfs)
    foreman.call()
    done = shop.ended(job)
    assert (done.state, done.problem) == (JobState.DONE, None)
    assert statuses(done) == [STORED] * 3 + [FileStatus.FAILED]
    assert done.files[3].fate.reason
    assert all(file.fate.title and file.fate.pages for file in done.files[:3])
    assert statuses(shop.ended(again)) == [UNCHANGED] * 3
    events = shop.store.events(job.job_id)
    assert [event.number for event in events] == sorted({event.number for event in events})
    kinds = [event.kind for event in events]
    assert kinds.count(EventKind.FILE) == 4
    assert kinds.count(EventKind.PROGRESS) == 1
    assert kinds[-1] is EventKind.DONE
    until(lambda: len(shop.paths()) == 3)
    with open_library(shop.library, SETTINGS) as library:
        assert all(Path(paper.source).is_file() for paper in library.papers())

    gone = done.files[0]
    removed = shop.ended(shop.store.submit_removal("me", gone.fate.paper_id or "", 10))
    assert removed.state is JobState.DONE
    until(lambda: gone.path not in shop.paths())
    assert consistent(shop) == 2
    unknown = shop.ended(shop.store.submit_removal("me", gone.fate.paper_id or "", 10))
    assert unknown.state is JobState.FAILED
    assert unknown.problem
    assert unknown.problem.code == "unknown-paper"


def test_the_same_file_twice_in_one_job(shop: Shop, foreman: Foreman) -> None:
    [(name, content)] = notes(1).items()
    job = shop.upload({name: content, f"folder/{name}": content, "other.md": content})
    foreman.start()
    assert statuses(shop.ended(job)) == [STORED, UNCHANGED, UNCHANGED]
    until(lambda: shop.paths() == {job.files[0].path})


def test_its_server_is_killed_and_another_goes_on(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    with server(shop.library) as process:
        until(lambda: shop.settled(job) >= 5)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive, "what it started outlives the server"
    assert shop.store.get(job.job_id).state is JobState.RUNNING, "it was not told to stop"
    before = shop.settled(job)
    assert before < 40, "else there is nothing to go on with"
    foreman.start()
    done = shop.ended(job)
    assert (done.state, statuses(done)) == (JobState.DONE, [STORED] * 40)
    assert consistent(shop) == 40


def test_killed_just_before_it_could_say_what_it_stored(shop: Shop, foreman: Foreman) -> None:
    [known, *fresh] = notes(4).items()
    first = shop.upload(dict([known]))
    foreman.start()
    shop.ended(first)
    foreman.stop(10)
    job = shop.upload(dict([known, *fresh]))
    assert JobQueue(shop.store.catalog).claim()
    list(ingest([shop.library / file.path for file in job.files], shop.library, SETTINGS))
    successor = Foreman(shop.library, SETTINGS, shop.store)
    successor.start()
    done = shop.ended(job)
    successor.stop(10)
    assert statuses(done) == [UNCHANGED, STORED, STORED, STORED]
    assert all(file.fate.title for file in done.files)


def test_its_process_is_killed_twice(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    next_job = shop.upload(notes(1, start=90))
    foreman.start()
    killed = None
    for _ in range(2):
        shop.reaches(job, JobState.RUNNING)
        [runner] = [process for process in runners() if process.pid != killed]
        runner.kill()
        killed = runner.pid
        until(lambda: shop.store.get(job.job_id).state is not JobState.RUNNING)
    failed = shop.ended(job)
    assert failed.state is JobState.FAILED
    assert failed.problem
    assert failed.problem.code == "internal"
    assert "2 times (was ended by SIGKILL) while reading 'paper-" in failed.problem.detail
    assert shop.ended(next_job).state is JobState.DONE


def test_stopped_in_the_middle_it_is_left_off_and_goes_on(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    foreman.start()
    until(lambda: shop.settled(job) >= 3)
    foreman.stop(60)
    assert runners() == []
    left = shop.store.get(job.job_id)
    assert left.state is JobState.QUEUED
    assert 0 < len(left.waiting) < 40
    successor = Foreman(shop.library, SETTINGS, shop.store)
    successor.start()
    assert statuses(shop.ended(job)) == [STORED] * 40
    successor.stop(10)


def test_one_that_does_not_stop_in_time_is_ended(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    foreman.start()
    until(lambda: shop.settled(job) >= 1)
    [runner] = runners()
    runner.send_signal(signal.SIGSTOP)
    foreman.stop(0.1)
    assert not runner.is_running()
    assert shop.store.get(job.job_id).state is JobState.QUEUED


def test_cancelled_in_the_middle(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(40))
    foreman.start()
    until(lambda: shop.settled(job) >= 3)
    shop.store.cancel(job.job_id)
    ended = shop.ended(job)
    assert ended.state is JobState.CANCELLED
    assert set(statuses(ended)) == {STORED, FileStatus.CANCELLED}
    stored = statuses(ended).count(STORED)
    until(lambda: len(shop.paths()) == consistent(shop))
    assert consistent(shop) >= stored


def test_it_waits_for_somebody_else_who_writes(shop: Shop, foreman: Foreman) -> None:
    with writing(shop.library):
        job = shop.upload(notes(1))
        foreman.start()
        until(lambda: shop.store.get(job.job_id).problem is not None)
        waiting = shop.store.get(job.job_id)
        assert waiting.state is JobState.QUEUED
        assert waiting.problem
        assert waiting.problem.code == "library-locked"
        assert str(os.getpid()) not in waiting.problem.detail
    assert statuses(shop.ended(job)) == [STORED]


def test_a_library_of_an_older_version_is_mined_first(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    shop.ended(shop.upload(notes(3)))
    with shop.store.catalog.transaction():
        shop.store.catalog.set_meta("glossary", "0")
    assert statuses(shop.ended(shop.upload(notes(1, start=9)))) == [STORED]
    assert shop.store.catalog.meta("glossary") != "0"


def test_a_file_that_vanished_fails_alone(shop: Shop, foreman: Foreman) -> None:
    job = shop.upload(notes(2))
    (shop.library / job.files[0].path).unlink()
    foreman.start()
    done = shop.ended(job)
    assert statuses(done) == [FileStatus.FAILED, STORED]
    assert "upload it again" in (done.files[0].fate.reason or "")


def test_several_servers_share_one_process(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    with server(shop.library), server(shop.library):
        jobs = [shop.upload(notes(4, start=4 * number)) for number in range(6)]
        seen: set[int] = set()

        def all_ended() -> bool:
            alive = {process.pid for process in runners()}
            seen.update(alive)
            return all(shop.store.get(job.job_id).state.is_final for job in jobs)

        until(all_ended)
        assert {status for job in jobs for status in statuses(shop.ended(job))} == {STORED}
        for job in jobs:
            states = [e.data.get("state") for e in shop.store.events(job.job_id)]
            assert states.count("running") == 1, "nobody takes up what another is at"


def test_a_library_that_was_moved_keeps_its_uploads(shop: Shop, foreman: Foreman) -> None:
    foreman.start()
    shop.ended(shop.upload(notes(2)))
    foreman.stop(10)
    elsewhere = shop.library.with_name("elsewhere")
    shop.store.catalog.close()
    shop.library.rename(elsewhere)
    from ingest.jobs.store import JobStore
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(elsewhere) as catalog:
        moved = replace(shop, library=elsewhere, store=JobStore(catalog))
        successor = Foreman(elsewhere, SETTINGS, moved.store)
        successor.start()
        moved.ended(moved.upload(notes(1, start=5)))
        successor.stop(10)
        assert len(moved.paths()) == 3


@pytest.mark.slow
def test_killed_again_and_again_nothing_is_lost(shop: Shop) -> None:
    jobs = [shop.upload(notes(10, start=10 * number)) for number in range(3)]
    for _ in range(4):
        before = sum(shop.settled(job) for job in jobs)
        with server(shop.library):
            until(lambda: sum(shop.settled(job) for job in jobs) > before)  # noqa: B023
    with server(shop.library):
        assert [statuses(shop.ended(job)) for job in jobs] == [[STORED] * 10] * 3
    assert consistent(shop) == 30

"""Jobs in the catalog, without a process that carries them out."""

from __future__ import annotations

import threading

import pytest

from ingest.jobs.queue import CRASHES, KEPT, TOLD_OF, JobQueue
from ingest.jobs.store import JobStore
from ingest.jobs.values import (
    EventKind,
    Fate,
    FileStatus,
    Job,
    JobProblem,
    JobState,
    NewFile,
    Progress,
    Stage,
)
from rag.errors import QueueFull, UnknownJob
from rag.store.catalog_writer import WritableCatalog
from tests.ingest.jobs.shop import Shop, statuses

FILES = [NewFile("a.md", "uploads/0a/a.md", 3), NewFile("b.md", "uploads/0b/b.md", 4)]


@pytest.fixture
def store(shop: Shop) -> JobStore:
    return shop.store


@pytest.fixture
def queue(store: JobStore) -> JobQueue:
    return JobQueue(store.catalog)


def submit(store: JobStore) -> Job:
    return store.submit_files("me", FILES, most=1000)


def told(store: JobStore, job: Job, after: int = 0) -> list[tuple[int, str]]:
    return [
        (event.number, str(event.data.get("state", event.kind)))
        for event in store.events(job.job_id, after)
    ]


def test_a_job_from_beginning_to_end(store: JobStore, queue: JobQueue) -> None:
    job = submit(store)
    assert (job.state, statuses(job)) == (JobState.QUEUED, [FileStatus.WAITING] * 2)
    running = queue.claim()
    assert running
    assert (running.job_id, running.state, running.started) == (job.job_id, JobState.RUNNING, None)
    assert queue.claim() is None
    first = Fate(FileStatus.STORED, "p1", "Title", 3, 12)
    queue.settle(running, running.files[0], first)
    queue.settle(running, running.files[1], Fate(FileStatus.FAILED, reason="is no PDF"))
    queue.finish(running)
    done = store.get(job.job_id)
    assert done.state is JobState.DONE
    assert done.files[0].fate == first
    assert done.created <= (done.started or 0) <= (done.finished or 0)
    assert told(store, job) == list(
        enumerate(["queued", "running", "file", "file", "done", "done"], 1)
    )
    assert told(store, job, after=4) == [(5, "done"), (6, "done")]
    assert store.events(job.job_id)[2].data["position"] == 0


def test_jobs_come_in_turn_and_are_listed_newest_first(store: JobStore, queue: JobQueue) -> None:
    jobs = [submit(store).job_id for _ in range(5)]
    listed, total = store.recent(2, 1)
    assert ([job.job_id for job in listed], total) == ([jobs[3], jobs[2]], 5)
    assert [file.name for file in listed[0].files] == ["a.md", "b.md"]
    for expected in jobs:
        claimed = queue.claim()
        assert claimed
        assert claimed.job_id == expected
        queue.finish(claimed)
    assert not store.is_pending()


def test_no_more_jobs_than_may_wait(store: JobStore, queue: JobQueue) -> None:
    store.submit_files("me", FILES, most=2)
    running = queue.claim()
    assert running
    store.submit_removal("me", "p1", most=2)
    for _ in range(2):
        with pytest.raises(QueueFull, match="2 jobs are waiting already"):
            store.submit_removal("me", "p2", most=2)
    queue.finish(running)
    store.submit_removal("me", "p2", most=2)


def test_a_job_that_nobody_knows(store: JobStore) -> None:
    with pytest.raises(UnknownJob, match="no job 'x'"):
        store.get("x")
    with pytest.raises(UnknownJob):
        store.cancel("x")


def test_what_can_not_be_put_in_place_is_no_job(store: JobStore) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.submit_files("me", FILES, 10, fail)
    assert store.recent(10) == ([], 0)


def test_cancelled_while_it_waits(store: JobStore, queue: JobQueue) -> None:
    job = submit(store)
    cancelled = store.cancel(job.job_id)
    assert cancelled.state is JobState.CANCELLED
    assert statuses(cancelled) == [FileStatus.CANCELLED] * 2
    assert queue.claim() is None
    assert [name for _, name in told(store, job)] == [
        "queued", "file", "file", "cancelled", "done"
    ]  # fmt: skip
    assert store.cancel(job.job_id) == cancelled


def test_cancelled_while_it_runs(store: JobStore, queue: JobQueue) -> None:
    submit(store)
    job = queue.claim()
    assert job
    assert not queue.is_cancelled(job)
    assert store.cancel(job.job_id).state is JobState.RUNNING
    assert queue.is_cancelled(job)
    queue.settle(job, job.files[0], Fate(FileStatus.STORED, "p1"))
    queue.cancel(job)
    assert statuses(store.get(job.job_id)) == [FileStatus.STORED, FileStatus.CANCELLED]


def test_cancelled_and_then_its_process_was_killed(store: JobStore, queue: JobQueue) -> None:
    submit(store)
    job = queue.claim()
    assert job
    store.cancel(job.job_id)
    queue.take_up()
    assert store.get(job.job_id).state is JobState.CANCELLED


def test_it_says_what_it_waits_for_once(store: JobStore, queue: JobQueue) -> None:
    job = submit(store)
    problem = JobProblem("library", "the library is being written by process 7")
    for _ in range(3):
        queue.wait(problem)
    assert store.get(job.job_id).problem == problem
    assert told(store, job) == [(1, "queued"), (2, "queued")]
    queue.claim()
    assert store.get(job.job_id).problem is None


def test_progress_is_superseded(store: JobStore, queue: JobQueue) -> None:
    submit(store)
    job = queue.claim()
    assert job
    for embedded in range(50):
        queue.progress(job, Progress(Stage.EMBEDDING, 2, 0, 100, embedded))
    queue.settle(job, job.files[0], Fate(FileStatus.STORED))
    for embedded in range(50, 60):
        queue.progress(job, Progress(Stage.EMBEDDING, 2, 0, 100, embedded))
    events = store.events(job.job_id)
    assert [(event.number, event.kind) for event in events] == [
        (1, EventKind.STATUS),
        (2, EventKind.STATUS),
        (53, EventKind.FILE),
        (63, EventKind.PROGRESS),
    ]
    assert events[-1].data["embedded"] == 59


def test_only_the_end_is_told_of_old_jobs(store: JobStore, queue: JobQueue) -> None:
    jobs = [submit(store) for _ in range(3)]
    for job in [queue.claim() for _ in jobs]:
        assert job
        queue.finish(job)
    for _ in range(TOLD_OF - 1):
        queue.finish(queue.claim() or submit_claimed(store, queue))
    assert [event.kind for event in store.events(jobs[0].job_id)] == [EventKind.DONE]
    assert [event.kind for event in store.events(jobs[1].job_id)] == [EventKind.DONE]
    assert len(store.events(jobs[2].job_id)) == 6


def submit_claimed(store: JobStore, queue: JobQueue) -> Job:
    submit(store)
    job = queue.claim()
    assert job
    return job


def test_it_is_tried_again_after_a_crash_but_not_for_ever(store: JobStore, queue: JobQueue) -> None:
    job = submit(store)
    for attempt in range(1, CRASHES + 1):
        claimed = queue.claim()
        assert claimed
        assert (claimed.started is None) is (attempt == 1)
        if attempt == 1:
            queue.settle(claimed, claimed.files[0], Fate(FileStatus.STORED, "p1"))
        queue.count_crash("was ended by SIGKILL")
    failed = store.get(job.job_id)
    assert failed.state is JobState.FAILED
    assert failed.problem
    assert "2 times (was ended by SIGKILL) while reading 'b.md'" in failed.problem.detail
    assert statuses(failed) == [FileStatus.STORED, FileStatus.FAILED]
    assert failed.files[1].fate.reason


def test_a_job_that_gets_on_between_crashes_is_not_given_up(
    store: JobStore, queue: JobQueue
) -> None:
    job = store.submit_files("me", FILES * CRASHES, most=10)
    for file in job.files:
        claimed = queue.claim()
        assert claimed
        queue.settle(claimed, file, Fate(FileStatus.STORED, "p1"))
        queue.count_crash("was ended by SIGKILL")
    assert store.get(job.job_id).state is JobState.QUEUED


def test_a_file_that_nothing_was_said_of_has_failed(store: JobStore, queue: JobQueue) -> None:
    job = submit_claimed(store, queue)
    queue.finish(job)
    done = store.get(job.job_id)
    assert (done.state, statuses(done)) == (JobState.DONE, [FileStatus.FAILED] * 2)
    assert done.files[0].fate.reason


def test_only_so_many_finished_jobs_are_kept(store: JobStore, queue: JobQueue) -> None:
    first = store.submit_removal("me", "p1", most=10)
    with store.catalog.transaction():
        for number in range(KEPT - 1):
            store.catalog.execute(
                "INSERT INTO jobs SELECT NULL, ?, owner, kind, paper_id, 'done', created, started, "
                "1.0, problem, cancel, crashes FROM jobs WHERE job_id = ?",
                [f"job-{number}", first.job_id],
            )
    store.submit_files("me", FILES, most=10)
    queue.finish(queue.claim() or first)
    assert store.recent(1)[1] == KEPT + 1
    last = queue.claim()
    assert last
    queue.finish(last)
    assert store.recent(1)[1] == KEPT
    with pytest.raises(UnknownJob):
        store.get(first.job_id)
    assert store.events(first.job_id) == []


def test_a_paper_is_not_removed_twice(store: JobStore, queue: JobQueue) -> None:
    job = store.submit_removal("me", "p1", most=1)
    assert store.submit_removal("you", "p1", most=1) == job
    queue.finish(queue.claim() or job)
    assert store.submit_removal("me", "p1", most=1) != job


def test_a_server_that_is_killed_is_no_crash_of_the_job(store: JobStore, queue: JobQueue) -> None:
    job = submit(store)
    for _ in range(3 * CRASHES):
        assert queue.claim()
        queue.take_up()
    assert store.get(job.job_id).state is JobState.QUEUED


def test_threads_and_connections_share_it(shop: Shop) -> None:
    def submit_some() -> None:
        with WritableCatalog(shop.library) as catalog:
            for _ in range(5):
                JobStore(catalog).submit_files("me", FILES, 1000)
                shop.store.submit_files("me", FILES, 1000)

    threads = [threading.Thread(target=submit_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed, total = shop.store.recent(100)
    assert total == 40
    assert {len(job.files) for job in listed} == {2}

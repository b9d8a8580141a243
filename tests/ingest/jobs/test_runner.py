"""Jobs carried out by a runner in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.commands import ingest
from ingest.jobs.queue import JobQueue
from ingest.jobs.runner import Runner
from ingest.jobs.store import JobStore
from ingest.jobs.values import EventKind, FileStatus, JobState
from ingest.lock import writing
from rag.build import open_library
from rag.config import Settings
from rag.store.catalog_writer import WritableCatalog
from tests.ingest.jobs.conftest import SETTINGS
from tests.ingest.jobs.shop import Shop, notes, statuses, until
from tests.rag.embed.embedding_server import KEY, EmbeddingServer, serving

EXAMPLES = Path(__file__).parents[3] / "examples" / "papers"
STORED, UNCHANGED, FAILED = FileStatus.STORED, FileStatus.UNCHANGED, FileStatus.FAILED


@contextmanager
def running(library: Path, settings: Settings = SETTINGS) -> Iterator[threading.Thread]:
    with WritableCatalog(library) as catalog:
        runner = Runner(library, settings, JobQueue(catalog), idle_s=600)
        thread = threading.Thread(target=runner.run)
        thread.start()
        try:
            yield thread
        finally:
            runner.stopping.set()
            thread.join()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One whose jobs are carried out; tests share it."""
    library = tmp_path_factory.mktemp("busy") / "library"
    with WritableCatalog(library) as catalog, running(library):
        yield Shop(library, JobStore(catalog))


def test_papers_come_in_and_go(busy: Shop) -> None:
    pdfs = {path.name: path.read_bytes() for path in EXAMPLES.glob("*.pdf")}
    with writing(busy.library):
        job = busy.upload({**pdfs, "fake.pdf": b"%PDF-1.7 and nothing else"})
        again = busy.upload(pdfs)
    done = busy.ended(job)
    assert (done.state, done.problem) == (JobState.DONE, None)
    assert statuses(done) == [STORED] * 3 + [FAILED]
    assert done.files[3].fate.reason
    assert all(file.fate.title and file.fate.pages for file in done.files[:3])
    assert statuses(busy.ended(again)) == [UNCHANGED] * 3
    events = busy.store.events(job.job_id)
    assert [event.number for event in events] == sorted({event.number for event in events})
    kinds = [event.kind for event in events]
    assert kinds.count(EventKind.FILE) == 4
    assert kinds.count(EventKind.PROGRESS) == 1
    assert kinds[-1] is EventKind.DONE
    until(lambda: done.files[3].path not in busy.paths())
    with open_library(busy.library, SETTINGS) as library:
        sources = {paper.source for paper in library.papers()}
        assert {str(busy.library / file.path) for file in done.files[:3]} <= sources

    gone = done.files[0]
    removed = busy.ended(busy.store.submit_removal("me", gone.fate.paper_id or "", 10))
    assert removed.state is JobState.DONE
    until(lambda: gone.path not in busy.paths())
    with open_library(busy.library, SETTINGS) as library:
        assert library.check() == []
        assert gone.fate.paper_id not in {paper.paper_id for paper in library.papers()}
    unknown = busy.ended(busy.store.submit_removal("me", gone.fate.paper_id or "", 10))
    assert unknown.state is JobState.FAILED
    assert unknown.problem
    assert unknown.problem.code == "unknown-paper"


def test_the_same_file_twice_and_one_that_vanished(busy: Shop) -> None:
    with writing(busy.library):  # so that the job does not begin
        [(name, content), (other, words)] = notes(2).items()
        files = {name: content, f"folder/{name}": content, "copy.md": content, other: words}
        job = busy.upload(files)
        (busy.library / job.files[3].path).unlink()
        until(lambda: busy.store.get(job.job_id).problem is not None)
        waiting = busy.store.get(job.job_id)
        assert waiting.state is JobState.QUEUED
        assert waiting.problem
        assert waiting.problem.code == "library-locked"
        assert "process 1" not in waiting.problem.detail, "no number, and no name of a host"
    done = busy.ended(job)
    assert statuses(done) == [STORED, UNCHANGED, UNCHANGED, FAILED]
    assert "upload it again" in (done.files[3].fate.reason or "")
    until(lambda: job.files[2].path not in busy.paths())
    assert job.files[0].path in busy.paths()


def test_a_library_of_an_older_version_is_mined_first(busy: Shop) -> None:
    busy.ended(busy.upload(notes(1, start=20)))
    with busy.store.catalog.transaction():
        busy.store.catalog.set_meta("glossary", "0")
    assert statuses(busy.ended(busy.upload(notes(1, start=21)))) == [STORED]
    assert busy.store.catalog.meta("glossary") != "0"


def test_killed_just_before_it_could_say_what_it_stored(shop: Shop) -> None:
    [known, *fresh] = notes(3).items()
    first = shop.upload(dict([known]))
    list(ingest([shop.library / first.files[0].path], shop.library, SETTINGS))
    job = shop.upload(dict([known, *fresh]))
    cancelled = shop.upload({"cancelled.md": b"# This\n\nis stored as well.\n"})
    queue = JobQueue(shop.store.catalog)
    queue.finish(queue.claim() or first)
    assert queue.claim()
    assert queue.claim()
    list(ingest([shop.library / file.path for file in job.files], shop.library, SETTINGS))
    list(ingest([shop.library / cancelled.files[0].path], shop.library, SETTINGS))
    shop.store.cancel(cancelled.job_id)
    with running(shop.library):
        done = shop.ended(job)
        assert statuses(done) == [UNCHANGED, STORED, STORED]
        assert all(file.fate.title for file in done.files)
        ended = shop.ended(cancelled)
        assert (ended.state, statuses(ended)) == (JobState.CANCELLED, [STORED])


def test_an_engine_that_fails_is_waited_for(shop: Shop) -> None:
    jobs = [shop.upload(notes(1, start=number)) for number in range(2)]
    in_the_way = shop.library / "indexes"
    in_the_way.write_text("so that there are none")
    with running(shop.library):
        until(lambda: shop.store.get(jobs[0].job_id).problem is not None)
        for job in map(shop.store.get, [job.job_id for job in jobs]):
            assert not job.state.is_final
            assert shop.library.joinpath(job.files[0].path).is_file()
        in_the_way.unlink()
        assert [statuses(shop.ended(job)) for job in jobs] == [[STORED], [STORED]]
    problems = [event.data.get("problem") for event in shop.store.events(jobs[0].job_id)]
    assert {problem["code"] for problem in problems if problem} == {"search-engine"}


@dataclass
class Faltering(EmbeddingServer):
    """Answers the first request, fails for three, and has recovered then."""

    def answer(self, request: dict[str, object], authorization: str) -> tuple[int, bytes]:
        self.failures = 1 if 1 <= len(self.requests) <= 3 else 0
        return super().answer(request, authorization)


def test_a_model_that_fails_is_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_KEY", KEY)
    with serving(Faltering()) as server:
        embedder = {"kind": "litellm", "model": "openai/hashing", "api_base": server.url}
        settings = Settings.model_validate(
            {"embedder": {**embedder, "api_key_env": "EMBEDDING_KEY"}, "ingest": {"jobs": 1}}
        )
        job = shop.upload(notes(1))
        with running(shop.library, settings):
            assert statuses(shop.ended(job)) == [STORED]
        problems = [event.data.get("problem") for event in shop.store.events(job.job_id)]
        assert [problem["code"] for problem in problems if problem] == ["library"]

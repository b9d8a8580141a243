from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.jobs.store import JobStore
from ingest.uploads.accepting import accept
from ingest.uploads.finding import found
from ingest.uploads.incoming import Incoming
from ingest.uploads.sweeping import sweep
from rag.store.catalog_writer import WritableCatalog
from tests.copying import copied
from tests.values import make_paper

TEXT = b"# Title\n\nSome text.\n"
DIGEST = hashlib.sha256(TEXT).hexdigest()


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.jobs.store import JobStore
from ingest.uploads.incoming import Incoming
from rag.store.catalog_writer import WritableCatalog

library = Path(sys.argv[1])
incoming = Incoming(library, "a.md", 1000)
incoming.write(sys.argv[2].encode())

def put_in_place():
    incoming.put_in_place()
    os.kill(os.getpid(), signal.SIGKILL)

with WritableCatalog(library) as catalog:
    JobStore(catalog).submit_files("me", [incoming.finish()], 10, put_in_place)
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def catalog(library: Path) -> Iterator[WritableCatalog]:
    with WritableCatalog(library) as catalog:
        yield catalog


def upload(library: Path, catalog: WritableCatalog, name: str, content: bytes = TEXT) -> Path:
    """A file of a job that has ended."""
    store = JobStore(catalog)
    with Incoming(library, name, 10_000) as incoming:
        incoming.write(content)
        job = accept([incoming], store, "me", 10)
    store.cancel(job.job_id)
    return library / job.files[0].path


def put(catalog: WritableCatalog, source: Path, digest: str = DIGEST) -> str:
    with catalog.transaction():
        paper = make_paper({"A": ["text"]}, source=str(source))
        catalog.put(replace(paper, content_hash=digest), [])
    return paper.paper_id


def lying(library: Path) -> list[str]:
    return sorted(path.name for path in (library / "uploads").rglob("*") if path.is_file())


def test_what_an_unfinished_job_needs_is_kept(library: Path, catalog: WritableCatalog) -> None:
    store = JobStore(catalog)
    with Incoming(library, "a.md", 10_000) as incoming:
        incoming.write(TEXT)
        job = accept([incoming], store, "me", 10)
    path = library / job.files[0].path
    sweep(library, catalog)
    assert path.exists()
    store.cancel(job.job_id)
    sweep(library, catalog)
    assert not path.parent.exists()


def test_what_nobody_needs_is_laid_aside_for_some_days(
    library: Path, catalog: WritableCatalog
) -> None:
    path = upload(library, catalog, "a.md")
    os.utime(path, (0, 0))
    (library / "uploads" / "empty").mkdir()
    for _ in range(2):
        sweep(library, catalog)
        [aside] = (library / "uploads" / ".trash").iterdir()
        assert aside.read_bytes() == TEXT
    assert {p.name for p in (library / "uploads").iterdir()} == {".incoming", ".trash"}
    os.utime(aside, (0, 0))
    sweep(library, catalog)
    assert not aside.exists()


@pytest.mark.parametrize("elsewhere", [None, "there.md", "gone.md"])
def test_one_file_of_a_paper_is_kept(
    library: Path, catalog: WritableCatalog, elsewhere: str | None
) -> None:
    other, path = (upload(library, catalog, name) for name in ("a.md", "b.md"))
    (library / "there.md").write_bytes(TEXT)
    source = library / elsewhere if elsewhere else path
    paper_id = put(catalog, source)
    sweep(library, catalog)
    kept = path if elsewhere is None else other
    assert [p.name for p in kept.parent.iterdir()] == [kept.name]
    assert catalog.source(paper_id) == str(kept if elsewhere == "gone.md" else source)


def test_a_copy_does_not_rely_on_the_library_that_it_was_made_of(
    library: Path, catalog: WritableCatalog
) -> None:
    path = upload(library, catalog, "a.md")
    paper_id = put(catalog, path)
    copy = library.with_name("copy")
    copied(library, copy)
    with WritableCatalog(copy) as moved:
        sweep(copy, moved)
        shutil.rmtree(library / "uploads")
        assert lying(copy) == ["a.md"]
        assert moved.source(paper_id) == str(copy / path.relative_to(library))


def test_a_catalog_that_was_lost_does_not_take_the_files_with_it(
    library: Path, catalog: WritableCatalog, tmp_path: Path
) -> None:
    path = upload(library, catalog, "a.md")
    put(catalog, path)
    new = tmp_path / "new"
    shutil.copytree(library / "uploads", new / "uploads")
    with WritableCatalog(new) as empty:
        sweep(new, empty)
        assert lying(new) == ["a.md"]
        put(empty, new / "other.md", digest="ab" * 32)  # an older one, put back
        sweep(new, empty)
        assert lying(new) == [f"{DIGEST}-a.md"]


def test_killed_between_the_file_and_its_job(library: Path, catalog: WritableCatalog) -> None:
    upload(library, catalog, "known.md", b"# Known")
    sweep(library, catalog)
    command = [sys.executable, "-c", KILLED, str(library), TEXT.decode()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    place = library / "uploads" / DIGEST / "a.md"
    assert place.read_bytes() == TEXT
    assert JobStore(catalog).recent(10)[1] == 1, "it was not acknowledged"
    sweep(library, catalog)
    assert not place.exists()
    assert upload(library, catalog, "a.md") == place
    assert place.read_bytes() == TEXT


@pytest.mark.parametrize("digits", [64, 16])
def test_a_papers_file_is_found_where_it_was_moved_to(library: Path, digits: int) -> None:
    folder = library / "uploads" / DIGEST[:digits]
    folder.mkdir(parents=True)
    (folder / "a.md").write_bytes(b"something else")
    assert found(library, "/gone/a.md", DIGEST) is None
    (folder / "b.md").write_bytes(TEXT)
    assert found(library, "/gone/a.md", DIGEST) == folder / "b.md"
    (library / "c.md").write_bytes(TEXT)
    assert found(library, str(library / "c.md"), DIGEST) == library / "c.md"

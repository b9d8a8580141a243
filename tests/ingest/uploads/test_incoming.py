from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.jobs.store import JobStore
from ingest.uploads.accepting import accept
from ingest.uploads.incoming import Incoming, remove_unfinished
from rag.errors import LibraryError, QueueFull, TooLarge, UnsupportedType, UploadError
from rag.store.catalog_writer import WritableCatalog

TEXT = b"# Title\n\nSome text.\n"
WRITER = """
import sys, time
from pathlib import Path
from ingest.uploads.incoming import Incoming
incoming = Incoming(Path(sys.argv[1]), "a.md", 1000)
incoming.write(b"# half")
print("written", flush=True)
time.sleep(600)
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[WritableCatalog]:
    with WritableCatalog(tmp_path) as catalog:
        yield catalog


@pytest.fixture
def store(catalog: WritableCatalog) -> JobStore:
    return JobStore(catalog)


def upload(library: Path, store: JobStore, name: str, content: bytes) -> Path:
    with Incoming(library, name, 10_000) as incoming:
        incoming.write(content)
        job = accept([incoming], store, "me", 10)
    return library / job.files[0].path


def files(library: Path) -> list[str]:
    found = (library / "uploads").rglob("*")
    return sorted(str(path.relative_to(library)) for path in found if path.is_file())


def test_it_lies_under_a_name_of_ours(tmp_path: Path, store: JobStore) -> None:
    path = upload(tmp_path, store, "../../My notes.md", TEXT)
    digest = hashlib.sha256(TEXT).hexdigest()
    assert files(tmp_path) == [f"uploads/{digest}/My-notes.md"]
    assert path.read_bytes() == TEXT
    [job], total = store.recent(10)
    assert total == 1
    assert [(f.name, f.size) for f in job.files] == [("My notes.md", len(TEXT))]


def test_the_limit_is_kept_to_the_byte(tmp_path: Path, store: JobStore) -> None:
    with Incoming(tmp_path, "a.md", len(TEXT)) as incoming:
        incoming.write(TEXT)
        with pytest.raises(TooLarge, match=r"a\.md is larger"):
            incoming.write(b"x")
    assert files(tmp_path) == []


def test_nothing_stays_of_what_is_refused(
    tmp_path: Path, store: JobStore, catalog: WritableCatalog
) -> None:
    upload(tmp_path, store, "first.md", b"# First")
    before = files(tmp_path)
    with Incoming(tmp_path, "a.md", 100) as good, Incoming(tmp_path, "b.md", 100) as bad:
        good.write(TEXT)
        bad.write(b"\xff")
        with pytest.raises(UnsupportedType, match=r"b\.md"):
            accept([good, bad], store, "me", 10)
    with Incoming(tmp_path, "a.md", 100) as good:
        good.write(TEXT)
        with pytest.raises(QueueFull, match="1 jobs are waiting"):
            accept([good], store, "me", 1)
    with pytest.raises(UploadError, match="no file was sent"):
        accept([], store, "me", 10)
    assert files(tmp_path) == before
    assert store.recent(10)[1] == 1


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    incoming = Incoming(tmp_path, "a.md", 10_000_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(LibraryError, match=r"can't write to .*uploads: File too large"):
            incoming.write(b"x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
        incoming.close()
    assert files(tmp_path) == []


def test_no_space_left(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path, "a.md", 10_000_000)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, incoming._fd)
    os.close(full)
    with incoming, pytest.raises(LibraryError, match="No space left on device; free some disk"):
        incoming.write(TEXT)
    assert files(tmp_path) == []


def test_leftovers_go_once_their_writer_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"written\n"
        remove_unfinished(tmp_path)
        assert len(files(tmp_path)) == 1, "it is being written"
        writer.kill()
    assert len(files(tmp_path)) == 1
    remove_unfinished(tmp_path)
    assert files(tmp_path) == []


def test_odd_leftovers_keep_no_others_from_going(tmp_path: Path) -> None:
    folder = tmp_path / "uploads" / ".incoming"
    (folder / "a-folder").mkdir(parents=True)
    os.mkfifo(folder / "b-pipe")
    (folder / "c-loop").symlink_to("c-loop")
    (folder / "d").write_bytes(TEXT)
    remove_unfinished(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["a-folder", "c-loop"]

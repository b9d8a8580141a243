from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.build import ParseFile
from ingest.commands import ingest
from ingest.events import Failed, Found, Stored
from ingest.sources import find_sources
from rag.config import Settings
from rag.errors import SourceError, UsageError


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_walked_in_order_and_hidden_things_passed_over(tmp_path: Path) -> None:
    made(tmp_path, "b.pdf", "a.MD", "sub/c.Pdf", ".hidden/d.pdf", ".e.pdf", "notes.txt")
    found = [str(path.relative_to(tmp_path)) for path in find_sources([tmp_path]).files]
    assert found == ["a.MD", "b.pdf", "sub/c.Pdf"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    made(tmp_path, "notes.txt")
    assert find_sources([tmp_path / "notes.txt"]).files == (tmp_path / "notes.txt",)
    with pytest.raises(SourceError, match=r"of a kind that can\'t be read: \.txt"):
        ParseFile(10)(tmp_path / "notes.txt")


def test_each_file_comes_once_by_whatever_way(tmp_path: Path) -> None:
    made(tmp_path, "a.pdf", "sub/b.pdf")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    found = find_sources([tmp_path / "sub" / ".." / "a.pdf", tmp_path, tmp_path / "sub"])
    assert sorted(p.name for p in found.files) == ["a.pdf", "b.pdf"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        find_sources([tmp_path / "none"])
    made(tmp_path, "notes.txt")
    with pytest.raises(UsageError, match=r"no file ends in \.htm, \.html, \.md, \.pdf"):
        find_sources([tmp_path])


def reasons(folder: Path) -> dict[str, str]:
    """What can't be used, by its name within the folder; what can must be ``good.md`` alone."""
    found = find_sources([folder])
    assert found.files == (folder / "good.md",)
    return {os.path.relpath(f.source, folder): f.reason for f in found.failures}


def test_what_cannot_be_used_fails_alone(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).touch()
    assert reasons(tmp_path) == {
        "pipe.pdf": "not a file but a pipe, a socket or a device",
        "loop.md": "can't be read: Too many levels of symbolic links",
        "gone.md": "a link to elsewhere.md, which is not there",
        "bad\\xff.md": "its name is not UTF-8: rename it",
    }


def test_what_is_named_itself_and_cannot_be_used_fails_alone_too(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    found = find_sources([tmp_path / "pipe", tmp_path / "loop", tmp_path / "good.md"])
    assert found.files == (tmp_path / "good.md",)
    assert [Path(failure.source).name for failure in found.failures] == ["pipe", "loop"]


def test_a_name_in_other_bytes_is_no_matter_in_a_link(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).symlink_to("good.md")
    assert reasons(tmp_path) == {}


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too deep for its path to be used, as permissions don't stop every user."""
    made(tmp_path, "good.md")
    monkeypatch.chdir(tmp_path)
    for _ in range(20):
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    os.chdir(tmp_path)
    try:
        [(folder, reason)] = reasons(tmp_path).items()
    finally:
        shutil.rmtree("d" * 250)
    assert folder.startswith("ddd")
    assert reason == "can't be read: File name too long"


def test_a_broken_link_that_is_named_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    with pytest.raises(UsageError, match=r"no file or folder .*gone\.md"):
        find_sources([tmp_path / "gone.md"])


def test_the_home_of_nobody() -> None:
    with pytest.raises(UsageError, match="home folder is ~no-such-user"):
        find_sources([Path("~no-such-user/papers")])


def test_each_failure_is_told_once(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    assert len(find_sources([tmp_path, tmp_path]).failures) == 1


def test_an_ingest_counts_and_tells_them(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    made(papers, "good.md")
    (papers / "good.md").write_text("# A Paper\n\nIt says something.\n")
    os.mkfifo(papers / "pipe.pdf")
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    first, second, *rest = ingest([papers], tmp_path / "library", settings, jobs=1)
    assert first == Found(2)
    assert isinstance(second, Failed)
    assert second.source == str(papers / "pipe.pdf")
    assert any(isinstance(event, Stored) for event in rest)

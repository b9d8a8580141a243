from __future__ import annotations

from pathlib import Path

import pytest

from ingest.build import ParseFile
from ingest.sources import find_sources
from rag.errors import SourceError, UsageError


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_walked_in_order_and_hidden_things_passed_over(tmp_path: Path) -> None:
    made(tmp_path, "b.pdf", "a.MD", "sub/c.Pdf", ".hidden/d.pdf", ".e.pdf", "notes.txt")
    found = [str(path.relative_to(tmp_path)) for path in find_sources([tmp_path])]
    assert found == ["a.MD", "b.pdf", "sub/c.Pdf"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    made(tmp_path, "notes.txt")
    assert find_sources([tmp_path / "notes.txt"]) == [tmp_path / "notes.txt"]
    with pytest.raises(SourceError, match=r"neither \.pdf nor \.md but \.txt"):
        ParseFile(10)(tmp_path / "notes.txt")


def test_each_file_comes_once_by_whatever_way(tmp_path: Path) -> None:
    made(tmp_path, "a.pdf", "sub/b.pdf")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    found = find_sources([tmp_path / "sub" / ".." / "a.pdf", tmp_path, tmp_path / "sub"])
    assert sorted(p.name for p in found) == ["a.pdf", "b.pdf"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        find_sources([tmp_path / "none"])
    made(tmp_path, "notes.txt")
    with pytest.raises(UsageError, match=r"no file ends in \.md, \.pdf"):
        find_sources([tmp_path])

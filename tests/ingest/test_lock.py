from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.lock import held_by, writing
from rag.errors import LibraryError, LibraryLocked


def test_one_writer_at_a_time_who_is_named(tmp_path: Path) -> None:
    with writing(tmp_path):
        assert held_by(tmp_path).startswith(f"process {os.getpid()} on ")
        with pytest.raises(LibraryLocked, match=f"by process {os.getpid()} on "), writing(tmp_path):
            pass
    assert held_by(tmp_path) == ""
    with writing(tmp_path):
        pass


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(LibraryError, match=r"can't write to .*file.*: "),
        writing(tmp_path / "file"),
    ):
        pass


def test_an_error_of_the_system_without_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no locks on this file system")

    monkeypatch.setattr("ingest.lock.FileLock.acquire", fail)
    with pytest.raises(LibraryError, match=r"no locks on this file system$"), writing(tmp_path):
        pass

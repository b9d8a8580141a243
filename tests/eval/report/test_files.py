"""Files of reports, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eval.report.files import write_json, write_lines, write_text


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "made" / "report.html"
    write_text(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "half of it" * 10_000 + "\ud835")
    assert path.read_text() == "before"
    write_text(path, "after")
    assert path.read_text() == "after"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_json_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        write_json(tmp_path / "report.json", float("nan"))
    write_json(tmp_path / "report.json", {"mean": 0.5, "of": "δ"})
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == (
        '{\n "mean": 0.5,\n "of": "δ"\n}\n'
    )


def test_a_line_for_each_wherever_they_go(tmp_path: Path) -> None:
    write_lines(tmp_path / "lines.jsonl", [{"id": 1}, {"id": 2}])
    assert (tmp_path / "lines.jsonl").read_text() == '{"id": 1}\n{"id": 2}\n'
    write_lines(Path(os.devnull), [{"id": 1}])
    assert Path(os.devnull).is_char_device()

"""What a run keeps while it goes, and what is left of it after a crash."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.kept_lines import append, records

KEPT = [{"id": "α"}, {"id": "β", "text": "1/λ\u2028"}]


@given(st.integers(0))
def test_whatever_was_cut_off_the_lines_before_it_stay(cut: int) -> None:
    """At any byte of the last line, one amid a character included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows" / "kept.jsonl"
        append(path, KEPT[0])
        whole = path.stat().st_size
        append(path, KEPT[1])
        content = path.read_bytes()
        path.write_bytes(content[: whole + cut % (len(content) - whole)])
        assert list(records(path)) == KEPT[:1]
        append(path, KEPT[1])
        assert list(records(path)) == KEPT


@pytest.mark.parametrize("spoilt", [b"\x00\x00\n", b'{"id": "\xce"}\n', b"5\n", b"\n"])
def test_a_line_that_is_spoilt_is_passed_over(tmp_path: Path, spoilt: bytes) -> None:
    path = tmp_path / "kept.jsonl"
    append(path, KEPT[0])
    path.write_bytes(path.read_bytes() + spoilt)
    append(path, KEPT[1])
    assert list(records(path)) == KEPT


def test_nothing_is_kept_where_there_is_no_file(tmp_path: Path) -> None:
    assert list(records(tmp_path / "none.jsonl")) == []

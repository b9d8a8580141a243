from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.cache import default_cache, make_once
from rag.errors import EmbeddingError

SLOW_MAKER = """
import sys, time
from pathlib import Path
from rag.cache import make_once

folder = Path(sys.argv[1])

def make(path):
    with (folder / "log").open("a") as log:
        log.write("made\\n")
    time.sleep(1)
    path.write_bytes(b"model")

make_once(folder / "model.onnx", make)
assert (folder / "model.onnx").read_bytes() == b"model"
"""


class Maker:
    """Writes its content, and counts how often."""

    def __init__(self, content: bytes = b"model") -> None:
        self.content = content
        self.calls = 0

    def __call__(self, path: Path) -> None:
        self.calls += 1
        path.write_bytes(self.content)


def test_a_file_is_made_once_and_then_left_alone(tmp_path: Path) -> None:
    make, target = Maker(), tmp_path / "new" / "model.onnx"
    make_once(target, make)
    make_once(target, make)
    assert target.read_bytes() == b"model"
    assert make.calls == 1


def test_processes_that_start_together_make_it_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLOW_MAKER, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "made\n"


@pytest.mark.parametrize("damage", [b"", b"mode", b"model and more", b"modem"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    make, target = Maker(), tmp_path / "model.onnx"
    make_once(target, make)
    target.write_bytes(damage)
    make_once(target, make)
    assert target.read_bytes() == b"model"
    assert make.calls == 2


@pytest.mark.parametrize("content", [None, b"", b"\xff\x00"])
def test_a_file_without_its_right_checksum_counts_as_damaged(
    tmp_path: Path, content: bytes | None
) -> None:
    make, target = Maker(), tmp_path / "model.onnx"
    make_once(target, make)
    checksum = tmp_path / "model.onnx.sha256"
    checksum.unlink() if content is None else checksum.write_bytes(content)
    make_once(target, make)
    make_once(target, make)
    assert make.calls == 2


def test_a_maker_that_fails_half_way_leaves_nothing_in_place(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"mod")
        raise EmbeddingError("out of memory")

    target = tmp_path / "model.onnx"
    with pytest.raises(EmbeddingError, match="out of memory"):
        make_once(target, fail)
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx.lock"]
    make_once(target, Maker())
    assert target.read_bytes() == b"model"


def test_the_rest_of_a_killed_maker_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "model.onnx.part").write_bytes(b"much more than the model")
    make_once(tmp_path / "model.onnx", Maker())
    assert (tmp_path / "model.onnx").read_bytes() == b"model"


def test_a_cache_that_is_no_folder_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddingError, match=r"model cache .*file: .*; set SCHOLIUM_CACHE to a"):
        make_once(tmp_path / "file" / "model.onnx", Maker())


def test_the_environment_decides_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path))
    assert default_cache() == tmp_path
    monkeypatch.delenv("SCHOLIUM_CACHE")
    assert default_cache().name == "scholium"

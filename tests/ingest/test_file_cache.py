from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.file_cache import FileCache


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_what_is_put_can_be_got(tmp_path: Path) -> None:
    cache = FileCache(tmp_path / "a" / "b", 1000)
    assert cache.get("x") is None
    cache.put("x", b"1")
    cache.put("x", b"2")
    assert cache.get("x") == b"2"
    assert names(cache.folder) == ["x"]
    assert cache.folder.stat().st_mode & 0o077 == 0


def test_what_was_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 1000)
    for at, name in enumerate("abcd"):
        cache.put(name, b"." * 250)
        os.utime(tmp_path / name, (at, at))
    assert cache.get("a")
    cache.put("e", b"." * 250)
    assert names(tmp_path) == ["a", "d", "e"]


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 1000)
    cache.put("x", b"." * 5000)
    assert size(tmp_path) == 0


def test_several_at_once_keep_it_whole_and_bounded(tmp_path: Path) -> None:
    def use(number: int) -> None:
        cache = FileCache(tmp_path, 10_000)
        for step in range(40):
            name = str((number * step) % 23)
            cache.put(name, name.encode() * 500)
            kept = cache.get(name)
            assert kept is None or kept == name.encode() * 500

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))
    FileCache(tmp_path, 10_000).put("last", b"1")
    assert size(tmp_path) <= 10_000


def test_a_folder_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FileCache(tmp_path / "file" / "pages", 1000)
    cache.put("x", b"1")
    assert cache.get("x") is None

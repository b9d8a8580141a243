"""Folders and archives as trees of files: limits, and nothing that leads elsewhere."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.parsers import tar as tar_module
from ingest.parsers import tree
from ingest.parsers.tree import read_tree
from rag.errors import SourceError


def everything(_: str) -> bool:
    return True


def tar(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return path


def test_an_archive_is_the_folder_that_was_packed(tmp_path: Path) -> None:
    packed = tar(tmp_path / "a.tar.gz", {"root/b.txt": b"b", "root/sub/a.txt": b"a"})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("root/sub/a.txt", b"a")
        archive.writestr("root/b.txt", b"b")
    folder = tmp_path / "a"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.txt").write_bytes(b"b")
    (folder / "sub" / "a.txt").write_bytes(b"a")
    trees = [read_tree(path, everything) for path in (packed, tmp_path / "a.zip", folder)]
    assert [dict(found.files) for found in trees] == [{"b.txt": b"b", "sub/a.txt": b"a"}] * 3
    assert {(found.name, found.digest) for found in trees} == {("a", trees[0].digest)}
    (folder / "b.txt").write_bytes(b"c")
    assert read_tree(folder, everything).digest != trees[0].digest


def test_names_that_lead_elsewhere_and_links_are_passed_over(tmp_path: Path) -> None:
    packed = tar(
        tmp_path / "evil.tgz",
        {"../up.txt": b"1", "/abs.txt": b"2", "a/../../b.txt": b"3", "ok.txt": b"4"},
        {"link.txt": "/etc/passwd"},
    )
    assert dict(read_tree(packed, everything).files) == {"ok.txt": b"4"}
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../up.txt", b"1")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")
        archive.writestr("ok.txt", b"4")
    assert dict(read_tree(tmp_path / "evil.zip", everything).files) == {"ok.txt": b"4"}


def test_what_is_too_large_is_left_out_and_said(tmp_path: Path) -> None:
    big = b"\0" * (tree.MAX_FILE_BYTES + 1)
    found = read_tree(tar(tmp_path / "a.tar.gz", {"big.txt": big, "ok.txt": b"1"}), everything)
    assert list(found.files) == ["ok.txt"]
    assert "big.txt was left out" in found.remarks[0]
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.txt", big)
        archive.writestr("ok.txt", b"1")
    assert list(read_tree(tmp_path / "a.zip", everything).files) == ["ok.txt"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_module, "MAX_DECOMPRESSED_BYTES", 1 << 20)
    path = tar(tmp_path / "a.tar.gz", {"big.bin": b"\0" * (2 << 20), "ok.txt": b"1"})
    with pytest.raises(SourceError, match="it holds more than"):
        read_tree(path, lambda name: name.endswith("txt"))
    monkeypatch.setattr(tree, "MAX_FILES", 3)
    many = tar(tmp_path / "b.tar.gz", {f"{i}.txt": b"" for i in range(9)})
    assert len(read_tree(many, everything).files) == 3
    assert "not all files" in read_tree(many, everything).remarks[0]


def test_one_file_may_be_packed_alone(tmp_path: Path) -> None:
    path = tmp_path / "2105.01234.gz"
    path.write_bytes(gzip.compress(b"\\documentclass{article}"))
    assert dict(read_tree(path, everything).files) == {
        "2105.01234.tex": b"\\documentclass{article}"
    }


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tgz", "a.gz", "a.tar"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\x1f\x8b broken", b"nothing at all"])
def test_what_is_no_archive_is_a_failure_with_a_reason(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError) as caught:
        assert not read_tree(tmp_path / name, everything).files
        raise SourceError(name, "empty")
    assert caught.value.reason


def test_a_cut_archive_is_a_failure(tmp_path: Path) -> None:
    path = tar(tmp_path / "a.tar.gz", {f"{i}.txt": bytes([i]) * 5000 for i in range(50)})
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(SourceError):
        read_tree(path, everything)


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_damage_anywhere_is_a_failure_or_leaves_files(tmp_path: Path, kind: str) -> None:
    members = {f"{i}.txt": bytes(range(256)) * (i + 1) for i in range(9)}
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        tar(path, members)
    whole, failed = path.read_bytes(), 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            read_tree(path, everything)
        except SourceError as error:
            failed += bool(error.reason)
    assert failed


def test_a_folder_that_is_not_wanted_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "skipped").mkdir()
    (tmp_path / "skipped" / "a.txt").write_bytes(b"a")
    (tmp_path / "b.txt").write_bytes(b"b")
    asked: list[str] = []

    def wanted(name: str) -> bool:
        asked.append(name)
        return name != "skipped/"

    assert list(read_tree(tmp_path, wanted).files) == ["b.txt"]
    assert "skipped/a.txt" not in asked


def header(kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo("h")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_a_header_can_not_fill_the_memory(tmp_path: Path, kind: bytes) -> None:
    data = header(kind, 2 << 20) + b"0" * (2 << 20) + header(b"0", 0) + b"\0" * 1024
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(data))
    with pytest.raises(SourceError, match="a header of 2097152 bytes"):
        read_tree(tmp_path / "a.tar.gz", everything)


def test_many_long_headers_are_too_many(tmp_path: Path) -> None:
    one = header(b"L", 1 << 16) + b"0" * (1 << 16) + header(b"0", 0)
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(one * 4 + b"\0" * 1024))
    with pytest.raises(SourceError, match="a header of 65536 bytes"):
        read_tree(tmp_path / "a.tar.gz", everything)


@pytest.mark.parametrize(
    "pax", [{"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}, {"comment": "x" * 2000}]
)
def test_long_names_are_read_and_files_with_holes_refused(tmp_path: Path, pax: dict) -> None:
    info = tarfile.TarInfo("long" * 60 + ".txt")
    info.pax_headers, info.size = pax, 512
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(b"1\n0\n1\n".ljust(512, b"\0")))
    if "comment" in pax:
        assert list(read_tree(tmp_path / "a.tar.gz", everything).files) == [info.name]
        return
    with pytest.raises(SourceError, match="holes"):
        read_tree(tmp_path / "a.tar.gz", everything)


def test_names_that_are_not_utf_8_are_spelt_out(tmp_path: Path) -> None:
    packed = tar(tmp_path / "a.tar.gz", {"caf\udce9.txt": b"1"})
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "caf\udce9.txt").write_bytes(b"1")
    for source in (packed, folder):
        assert list(read_tree(source, everything).files) == ["caf\\xe9.txt"]


def test_files_that_are_not_wanted_hide_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MAX_FILES", 3)
    packed = tar(tmp_path / "a.tar.gz", {f"{i}.png": b"" for i in range(9)} | {"z.py": b"1"})
    found = read_tree(packed, lambda name: not name.endswith(".png"))
    assert (list(found.files), found.remarks) == (["z.py"], ())
    monkeypatch.setattr(tree, "MAX_SEEN", 5)
    assert "not all files" in read_tree(packed, lambda name: name == "z.py").remarks[0]


def test_damaged_lzma_is_a_failure_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", bytes(range(256)) * 20)
    whole, reasons = path.read_bytes(), []
    for at in range(35, 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(SourceError) as _:
            read_tree(path, everything)
            continue
        reasons.append(at)
    assert reasons

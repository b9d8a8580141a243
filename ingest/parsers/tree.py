"""The files of a folder or an archive, read into memory under limits and never unpacked.

As nothing is written, no name in an archive can lead anywhere; links and devices are passed over,
and what is read of an archive is bounded while it is decompressed.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from ingest.parsers import tar
from rag.errors import SourceError

ARCHIVES = (".tar.gz", ".tgz", ".tar", ".zip", ".gz")
MAX_FILE_BYTES = 4 << 20
MAX_TOTAL_BYTES = 96 << 20
MAX_FILES = 20_000
"""Of those that are wanted."""
MAX_SEEN = 500_000
MAX_DEPTH = 24
_ENOUGH = MAX_FILE_BYTES + 1

Wanted = Callable[[str], bool]
"""Whether a path inside the tree, with "/" after a folder's, is to be read."""


@dataclass(frozen=True)
class Tree:
    """Files by their path inside, with "/"; sorted. ``remarks`` say what was left out, and why."""

    name: str
    files: Mapping[str, bytes]
    remarks: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of names and contents."""
        whole = hashlib.sha256()
        for name, data in self.files.items():
            whole.update(name.encode("utf-8", "surrogateescape") + b"\0")
            whole.update(hashlib.sha256(data).digest())
        return whole.hexdigest()

    def only(self, wanted: Wanted) -> Tree:
        """The files that are wanted."""
        kept = {name: data for name, data in self.files.items() if wanted(name)}
        return Tree(self.name, kept, self.remarks)


def is_archive(name: str) -> bool:
    """Whether a file is called as archives are."""
    return name.lower().endswith(ARCHIVES)


def stem_of(name: str) -> str:
    """A folder's or archive's name without the archive's ending."""
    lower = name.lower()
    ending = next((ending for ending in ARCHIVES if lower.endswith(ending)), "")
    return name[: len(name) - len(ending)]


def read_tree(source: Path, wanted: Wanted) -> Tree:
    """The wanted files of a folder or an archive, in which one folder around all is left out.

    Raises SourceError if it can't be read or is no archive.
    """
    try:
        if source.is_dir():
            found = _gathered(_in_folder(source, wanted), wanted)
        else:
            found = _gathered(_in_archive(source), wanted)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, RuntimeError) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SourceError(source.name, f"can't be read: {said}") from error
    except (ValueError, zlib.error, lzma.LZMAError, struct.error) as error:  # for damaged data
        raise SourceError(source.name, f"a damaged archive: {error}") from error
    files, remarks = found
    if not source.is_dir():
        files = _without_root(files)
    return Tree(stem_of(source.name), dict(sorted(files.items())), tuple(remarks))


def _gathered(
    members: Iterator[tuple[str, int, Callable[[], bytes]]], wanted: Wanted
) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    remarks: list[str] = []
    total = 0
    for seen, (raw, size, read) in enumerate(members):
        name = os.fsencode(raw).decode("utf-8", "backslashreplace")
        if seen >= MAX_SEEN or len(files) >= MAX_FILES or total >= MAX_TOTAL_BYTES:
            remarks.append("not all files were read: there are too many, or too large ones")
            break
        if not _plain(name) or not _all_wanted(name, wanted):
            continue
        data = read() if size <= MAX_FILE_BYTES else b""
        if size > MAX_FILE_BYTES or len(data) > MAX_FILE_BYTES:
            remarks.append(f"{name} was left out: larger than {MAX_FILE_BYTES >> 20} MiB")
            continue
        total += len(data)
        files[name] = data
    return files, remarks


def _plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and len(parts) <= MAX_DEPTH


def _all_wanted(name: str, wanted: Wanted) -> bool:
    folders = [f"{folder}/" for folder in PurePosixPath(name).parents if folder.name]
    return wanted(name) and all(map(wanted, folders))


def _in_folder(top: Path, wanted: Wanted) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    def refuse(error: OSError) -> None:
        if error.filename == str(top):
            raise error

    for folder, folders, names in os.walk(top, onerror=refuse):
        inside = PurePosixPath(Path(folder).relative_to(top).as_posix())
        folders[:] = sorted(n for n in folders if wanted(f"{inside / n}/"))
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_symlink() or not path.is_file():
                continue
            yield str(inside / name), path.stat().st_size, path.read_bytes


def _in_archive(source: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    if zipfile.is_zipfile(source):
        yield from _in_zip(source)
        return
    if tar.is_gzip(source) and not tar.holds_tar(source):
        with gzip.open(source) as alone:  # arXiv's form of a paper of one file
            data = alone.read(_ENOUGH)
        name = stem_of(source.name).removesuffix(".tex") + ".tex"
        yield name, len(data), lambda: data
        return
    for info, file in tar.members(source):
        yield info.name.removeprefix("./"), info.size, partial(file.read, _ENOUGH)


def _in_zip(source: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            if info.is_dir() or (info.external_attr >> 28) == 0o12:  # a symbolic link
                continue

            def read(info: zipfile.ZipInfo = info) -> bytes:
                with archive.open(info) as member:
                    return member.read(_ENOUGH)

            yield info.filename, info.file_size, read


def _without_root(files: dict[str, bytes]) -> dict[str, bytes]:
    roots = {name.partition("/")[0] for name in files}
    if len(roots) != 1 or any("/" not in name for name in files):
        return files
    return {name.partition("/")[2]: data for name, data in files.items()}

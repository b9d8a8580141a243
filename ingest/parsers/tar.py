"""Tar archives from anywhere, read member by member: no member, and no header, can fill the memory.

Python's tarfile reads whatever a header announces; these limits stand before it.
"""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, ClassVar, Self

MAX_DECOMPRESSED_BYTES = 1 << 30
MAX_HEADER_BYTES = 64 << 10
"""Of a header of any length: a long name, or attributes (PAX)."""

_MAX_COST = 1 << 33
_LONG = frozenset(
    {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME,
     tarfile.GNUTYPE_LONGLINK}
)  # fmt: skip


def is_gzip(source: Path) -> bool:
    """Whether the file is packed by gzip."""
    with source.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def holds_tar(packed: Path) -> bool:
    """Whether what gzip packed is a tar archive."""
    with gzip.open(packed) as stream:
        return stream.read(263)[257:262] == b"ustar"


def members(source: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """The regular files of an archive, packed by gzip or not, each to be read before the next.

    Raises what tarfile and gzip do for a damaged archive, and tarfile.ReadError for one that
    unpacks to more than `MAX_DECOMPRESSED_BYTES` or has a header beyond `MAX_HEADER_BYTES`.
    """
    member = type("_Counted", (_Member,), {"spent": 0})
    with (
        gzip.open(source) if is_gzip(source) else source.open("rb") as packed,
        tarfile.open(fileobj=_Bounded(packed), mode="r|", tarinfo=member) as archive,  # type: ignore[call-overload]  # it reads a stream by `read` alone
    ):
        while (info := archive.next()) is not None:
            archive.members.clear()  # it would remember every member
            if info.isfile() and (file := archive.extractfile(info)):
                yield info, file


class _Bounded:
    """A stream that ends in an error where a bomb would go on."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MAX_DECOMPRESSED_BYTES

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise tarfile.ReadError(f"it holds more than {MAX_DECOMPRESSED_BYTES >> 30} GiB")
        return data


class _Member(tarfile.TarInfo):
    """Refuses headers that are larger than any real one, and files with holes, which are described
    by lists of any length. ``spent``: reading a header may take time in the square of its length.
    """

    spent: ClassVar[int]

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _LONG:
            cls.spent += found.size**2
            if found.size > MAX_HEADER_BYTES or cls.spent > _MAX_COST:
                raise tarfile.ReadError(f"it has a header of {found.size} bytes")
        elif found.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.ReadError(f"{found.name} is a file with holes")
        return found

    def _proc_gnusparse_10(self, *_: object) -> None:
        raise tarfile.ReadError(f"{self.name} is a file with holes")

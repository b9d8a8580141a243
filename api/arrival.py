"""The body of an upload on its way to the disk, within limits that hold while it comes in."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from api.multipart import Begin, Data, End, Happening, Multipart
from ingest.uploads.incoming import Incoming
from rag.errors import TooLarge

FIELD = "files"

_MIB = 1024 * 1024
_A_PART = 8 * 1024
"""More than the lines before and after a file take."""
_MORE_PARTS = 20
"""Fields besides the files, which are passed over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one upload: bytes of all its files together, and how many they are."""

    bytes: int
    files: int

    @classmethod
    def of(cls, max_mb: int, max_files: int) -> Limits:
        """As the settings have them."""
        return cls(max_mb * _MIB, max_files)

    @property
    def body(self) -> int:
        """The most that a body can have."""
        return self.bytes + (self.files + _MORE_PARTS) * _A_PART

    def too_large(self) -> TooLarge:
        """The body is larger."""
        return TooLarge(
            f"at most {self.bytes // _MIB} MB are taken at once: send fewer files, or smaller ones"
        )


class Arrival:
    """One body on its way to the disk.

    Where a request is called off, its last piece may still be on its way when this is closed.
    """

    def __init__(self, body: Multipart, library: Path, limits: Limits) -> None:
        self._body = body
        self._library = library
        self._limits = limits
        self._files: list[Incoming] = []
        self._current: Incoming | None = None
        self._bytes = 0
        self._parts = 0
        self._turn = threading.Lock()
        self._is_closed = False

    def feed(self, piece: bytes) -> None:
        """Takes the next piece. Raises Problem, UploadError or LibraryError."""
        with self._turn:
            if self._is_closed:
                return  # a file begun now would stay
            self._bytes += len(piece)
            if self._bytes > self._limits.body:
                raise self._limits.too_large()
            for happening in self._body.feed(piece):
                self._take(happening)

    def finish(self) -> list[Incoming]:
        """The files, which are whole. Raises Problem where the body ended too early."""
        self._body.finish()
        return self._files

    def close(self) -> None:
        """Forgets what has not become part of a job."""
        with self._turn:
            self._is_closed = True
            for file in self._files:
                file.close()

    def _take(self, happening: Happening) -> None:
        match happening:
            case Begin():
                self._begin(happening)
            case Data(piece) if self._current:
                self._current.write(piece)
            case End() if self._current:
                self._current.finish()
                self._current = None
            case _:
                pass

    def _begin(self, part: Begin) -> None:
        self._parts += 1
        if self._parts > self._limits.files + _MORE_PARTS:
            raise TooLarge("the upload has too many parts: send the files alone")
        self._current = None
        if part.field == FIELD and part.filename:
            if len(self._files) >= self._limits.files:
                raise TooLarge(f"at most {self._limits.files} files are taken at once: send fewer")
            left = self._limits.bytes - sum(file.size for file in self._files)
            self._current = Incoming(self._library, part.filename, left)
            self._files.append(self._current)

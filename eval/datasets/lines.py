"""Files of one record a line, plain or gzipped, with errors that name the line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.questions import check_question


def first_of(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of the files that is there, as it is or gzipped."""
    candidates = (folder / f"{name}{end}" for name in names for end in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1. Raises UsageError."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig") as file:  # editors put a mark in front
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error  # without number and path once more
        raise UsageError(f"can't read {path}: {why}") from error


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """One JSON object a line. Raises UsageError."""
    for number, line in lines(path):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise wrong(path, number, f"not JSON: {error}") from error
        if not isinstance(value, dict):
            raise wrong(path, number, f"not an object but {line[:40]!r}")
        yield number, value


def usable(text: str, path: Path, number: int) -> str:
    """The text of a question. Raises UsageError, naming the line, if no library can be asked it."""
    try:
        check_question(text)
    except UsageError as error:
        raise wrong(path, number, str(error)) from error
    return text


def wrong(path: Path, number: int, what: str) -> UsageError:
    """The error for a line."""
    return UsageError(f"{path}, line {number}: {what}")


def unlike(path: Path, number: int, kind: str, error: Exception) -> UsageError:
    """The error for a line that is no ``kind``, as reading it found: "a question", say."""
    why = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
    return wrong(path, number, f"not {kind}: {why}")

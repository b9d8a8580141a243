"""Files of a report: text, JSON, a JSON line for each of several values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Writes the file, and the folders that it lacks.

    Whoever reads it (a server lists reports) finds what was there before or all of this.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def write_json(path: Path, value: object) -> None:
    """One value, for people to look at, too."""
    write_text(path, f"{_json(value, indent=1)}\n")


def write_lines(path: Path, values: Iterable[object]) -> None:
    """One value a line, straight into the file: it may be no regular one, ``/dev/stdout`` say."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{_json(value)}\n" for value in values), encoding="utf-8")


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)

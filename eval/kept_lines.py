"""Records kept in a file while a run makes them, a line of JSON each, so that it can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def append(path: Path, record: Mapping[str, object]) -> None:
    """Adds a record, and returns when it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records, oldest first; none of a file that is not there.

    A line that was cut off, amid a character even, is taken from the file so that the next starts
    well; one that a failing disk has spoilt is passed over.
    """
    if not path.is_file():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
    for line in content[:whole].split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:  # no JSON, or no UTF-8
            continue
        if isinstance(record, dict):
            yield record

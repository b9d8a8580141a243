"""Values out of answers that others wrote: whatever has another form than expected is empty."""

from __future__ import annotations

import html
import json
import re
from typing import Any

_TAG = re.compile(r"<[^<>]{1,200}>")
_LONGEST = 20_000  # characters of an abstract
_PREPRINTS = re.compile(
    r"^(?:arxiv|corr\b|biorxiv|medrxiv|ssrn|research square|preprints?\b)", re.I
)
_YEARS = range(1900, 2101)


def parsed(body: bytes) -> Any:
    """A JSON answer. Raises ValueError for what is none."""
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def at(value: Any, *steps: str | int) -> Any:
    """What stands at a place of a JSON value; None where there is no such place."""
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def items(value: Any) -> list[Any]:
    """A JSON list; empty for anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """A string in one line, without markup (JATS, MathML) and entities."""
    if not isinstance(value, str):
        return ""
    plain = html.unescape(_TAG.sub("", value[: 2 * _LONGEST]))
    return " ".join("".join(c for c in plain if c.isprintable() or c.isspace()).split())[:_LONGEST]


def year(value: Any) -> int | None:
    """A year that may be one."""
    return value if type(value) is int and value in _YEARS else None


def venue(value: Any) -> str:
    """A venue; empty for an archive of preprints, which publishes nothing."""
    name = text(value)
    return "" if _PREPRINTS.match(name) else name

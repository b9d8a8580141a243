"""The JSON in what a language model wrote, whatever stands around it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_EMPTY = re.compile(r"\[\s*\]")
_DECODER = json.JSONDecoder()


def objects_in(text: str) -> list[dict[str, Any]] | None:
    """The objects, be they in a list, in a list that an object holds, one a line, or between
    words; None where there is neither an object nor an empty list.
    """
    found = [each for value in _values(text) for each in _unpacked(value)]
    return found if found or _EMPTY.search(text) else None


def _values(text: str) -> Iterator[dict[str, Any]]:
    """The outermost objects; one that is not well formed is passed over."""
    at = text.find("{")
    while at >= 0:
        end = at + 1
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            pass
        else:
            yield value
        at = text.find("{", end)


def _unpacked(value: dict[str, Any]) -> list[dict[str, Any]]:
    for held in value.values():
        if isinstance(held, list) and held and isinstance(held[0], dict):
            return [each for each in held if isinstance(each, dict)]
    return [value]

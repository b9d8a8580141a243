"""Which characters of a paper can be stored."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from rag.types import Paper

T = TypeVar("T")

_NUL, _UNKNOWN = "\0", "\N{REPLACEMENT CHARACTER}"


def storable(paper: Paper) -> Paper:
    """The paper with U+FFFD for each NUL, at which SQLite takes a text to end; spans stay."""
    return _without_nul(paper) if _NUL in paper.text else paper


def _without_nul(value: T) -> T:
    made: object = value
    if isinstance(value, str) and not isinstance(value, Enum):
        made = value.replace(_NUL, _UNKNOWN)
    elif isinstance(value, tuple):
        made = tuple(map(_without_nul, value))
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _without_nul(getattr(value, field.name)) for field in fields(value)}
        made = replace(value, **parts)
    return made  # type: ignore[return-value]  # the same type as value, by every way

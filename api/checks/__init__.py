"""Is everything in order? Each check says what it found, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import ScholiumError


class Level(StrEnum):
    """How bad it is: a warning leaves Scholium usable."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and (unless all is well) what to do about it."""

    name: str
    level: Level
    found: str
    mend: str = ""


def passed(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, found)


def attempt(name: str, look: Callable[[], Check]) -> Check:
    """What ``look`` finds; an error of ours or of the system is a failed check."""
    try:
        return look()
    except (ScholiumError, OSError) as error:
        return Check(name, Level.FAIL, str(error))

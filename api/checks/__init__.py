"""Is everything in order? Each check says what it found, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from api.system_errors import advice
from rag.errors import ScholiumError

REINSTALL = (
    "in the checkout of Scholium: .venv/bin/pip install --force-reinstall -c constraints.txt -e ."
)


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
    """What ``look`` finds; whatever it raises is a failed check, and the others go on."""
    try:
        return look()
    except ScholiumError as error:
        return Check(name, Level.FAIL, str(error))
    except OSError as error:
        found = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        return Check(name, Level.FAIL, found or str(error), advice(error))
    except Exception as error:  # noqa: BLE001  (a broken installation breaks in any way)
        return Check(name, Level.FAIL, f"{type(error).__name__}: {error}", REINSTALL)

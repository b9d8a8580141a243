from __future__ import annotations

import os
import time
from pathlib import Path

from ingest.workers import Limits, Outcome, parse_files
from rag.errors import SourceError
from rag.types import Paper
from tests.values import make_paper


def behave(path: Path) -> Paper:
    """A parser whose files say what it does with them."""
    match path.name.partition("-")[0]:
        case "hang":
            time.sleep(60)
        case "eat":
            _ = bytearray(3_000_000_000)
        case "die":
            os._exit(11)
        case "bug":
            raise KeyError("nobody thought of this")
        case "bad":
            raise SourceError(str(path), "is no paper")
    return make_paper({"A": [path.name]})


def outcomes(*names: str, jobs: int = 2) -> dict[str, Outcome]:
    limits = Limits(timeout_s=2.5, memory_mb=2048)
    done = parse_files([Path(n) for n in names], behave, limits, jobs)
    return {outcome.source.name: outcome for outcome in done}


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome.result, SourceError)
    return outcome.result.reason


def test_each_failure_is_its_files_own() -> None:
    done = outcomes("good-1", "hang-1", "eat-1", "die-1", "bug-1", "bad-1", "good-2", "good-3")
    assert isinstance(done["good-1"].result, Paper)
    assert isinstance(done["good-2"].result, Paper)
    assert isinstance(done["good-3"].result, Paper)
    assert "longer than 2.5 s" in reason(done["hang-1"])
    assert "2048 MB" in reason(done["eat-1"])
    assert "exit status 11" in reason(done["die-1"])
    assert "KeyError" in reason(done["bug-1"])
    assert reason(done["bad-1"]) == "is no paper"


def test_every_file_has_an_outcome() -> None:
    names = [f"good-{i}" for i in range(30)]
    assert set(outcomes(*names)) == set(names)


def test_nothing_to_parse() -> None:
    assert outcomes() == {}


def test_files_are_taken_only_as_they_are_wanted() -> None:
    taken: list[str] = []

    def names() -> object:
        for i in range(100):
            taken.append(str(i))
            yield Path(f"good-{i}")

    done = parse_files(names(), behave, Limits(30, 2048), 1)  # type: ignore[arg-type]
    next(iter(done))
    assert len(taken) < 10
    done.close()  # type: ignore[attr-defined]

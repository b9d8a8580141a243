from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.answering import log
from api.answering.events import Event
from api.answering.log import EventLog


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[tuple[EventLog, EventLog]]:
    """Of two processes."""
    with EventLog(tmp_path / "log", "one") as one, EventLog(tmp_path / "log", "two") as two:
        yield one, two


def token(number: int, attempt: int = 1) -> Event:
    return Event(attempt, number, "token", "{}")


def test_an_answer_has_one_writer_until_that_falls_silent(
    logs: tuple[EventLog, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = logs
    assert one.is_silent("a")
    assert one.claim("a")
    assert not two.is_silent("a")
    assert not two.claim("a")
    monkeypatch.setattr(log, "SILENCE_S", -1.0)
    assert two.is_silent("a")
    assert two.claim("a")


def test_a_parked_answer_is_taken_at_once(logs: tuple[EventLog, EventLog]) -> None:
    one, two = logs
    one.claim("a")
    two.park(["a"])  # is not its writer
    assert not two.claim("a")
    one.park(["a"])
    assert two.claim("a")


def test_what_one_process_writes_the_other_reads(logs: tuple[EventLog, EventLog]) -> None:
    one, two = logs
    one.claim("a")
    one.flush({"a": [token(1), token(2)], "b": [token(1)]}, [])
    one.flush({"a": [token(2), token(3)]}, [])
    assert two.after("a", (0, 0)) == [token(1), token(2), token(3)]
    assert two.after("a", (1, 2)) == [token(3)]
    two.flush({"a": [token(1, attempt=2)]}, [])
    assert one.after("a", (1, 3)) == [token(1, attempt=2)]
    one.flush({}, ["a"])
    assert two.after("a", (0, 0)) == []
    assert two.after("b", (0, 0)) == [token(1)]


def test_a_stop_reaches_the_other_process(logs: tuple[EventLog, EventLog]) -> None:
    one, two = logs
    one.stop("a")
    assert two.flush({}, []) == {"a"}
    assert two.flush({}, ["a"]) == set()
    one.stop("b")  # of which nobody is the writer
    one.sweep()
    assert two.flush({}, []) == set()


def test_what_nobody_comes_back_for_is_swept(
    logs: tuple[EventLog, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = logs
    one.flush({"a": [token(1)]}, [])
    one.sweep()
    assert one.after("a", (0, 0))
    monkeypatch.setattr(log, "KEPT_S", -1.0)
    one.sweep()
    assert not one.after("a", (0, 0))

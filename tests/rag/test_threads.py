"""When a thread may be left to its fate at the end of the process."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from rag.threads import _Moves, side_by_side, start_daemon


def rests(thread: threading.Thread, within_s: float) -> bool:
    moves, until = _Moves(thread), time.monotonic() + within_s
    while time.monotonic() < until:
        if not moves.goes_on():
            return True
        time.sleep(0.01)
    return False


def test_a_thread_that_ended_or_waits_is_at_rest() -> None:
    go = threading.Event()
    waiting = start_daemon(go.wait, 30.0, name="waiting")
    assert rests(waiting, 10.0)
    go.set()
    waiting.join()
    assert not _Moves(waiting).goes_on()


def test_a_thread_that_works_is_not() -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            sorted(range(50))
            len([each for each in range(50)])  # noqa: C416 - several places to be at

    worker = start_daemon(work, name="working")
    assert not rests(worker, 1.0)
    stop.set()
    worker.join()


def test_a_thread_amid_an_import_is_not_however_still_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_to_import.py").write_text("import threading\nthreading.go.wait(30)\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(threading, "go", threading.Event(), raising=False)
    importer = start_daemon(__import__, "slow_to_import", name="importing")
    assert not rests(importer, 1.0)
    threading.go.set()  # type: ignore[attr-defined]
    importer.join()
    del sys.modules["slow_to_import"]


def test_what_is_done_side_by_side_comes_in_order_so_many_at_a_time() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def act(number: int) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01 * (number % 3))
        with lock:
            now[0] -= 1
        return number * number

    assert side_by_side(act, range(20), 3, name="t") == [n * n for n in range(20)]
    assert most[0] <= 3
    assert side_by_side(act, [], 3, name="t") == []


def test_after_a_failure_nothing_is_begun_nor_waited_for() -> None:
    go_on, begun = threading.Event(), list[int]()

    def act(number: int) -> None:
        begun.append(number)
        if number:
            go_on.wait(60)
        raise OSError(f"{number} failed")

    with pytest.raises(OSError, match="0 failed"):
        side_by_side(act, range(9), 2, name="t")
    assert not go_on.is_set()
    go_on.set()
    assert len(begun) <= 3

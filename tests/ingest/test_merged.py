from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.merged import MOST, Merged
from rag.errors import NoSuchPage, SourceError


def test_what_several_want_at_a_time_is_done_once() -> None:
    merged, begun, go_on = Merged[int](), threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> int:
        begun.set()
        assert go_on.wait(20)
        done.append(1)
        return len(done)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(merged.do, "a", work)
        assert begun.wait(20)
        others = [threads.submit(merged.do, "a", work) for _ in range(3)]
        assert merged.do("b", lambda: 7) == 7
        while sum(future.running() for future in others) < 3:
            pass
        go_on.set()
        assert first.result() == 1
        assert {future.result() for future in others} <= {1, 2, 3, 4}
    assert merged.do("a", lambda: 9) == 9, "it is not kept"


def test_failures_are_remembered_for_a_while() -> None:
    tries: list[str] = []

    def fail() -> int:
        tries.append("once more")
        raise NoSuchPage("a.pdf", "no page 9")

    merged = Merged[int]()
    for _ in range(3):
        with pytest.raises(NoSuchPage, match="no page 9"):
            merged.do("a", fail)
    assert len(tries) == 1
    for number in range(MOST):
        with pytest.raises(NoSuchPage):
            merged.do(str(number), fail)
    with pytest.raises(NoSuchPage):
        merged.do("a", fail)
    assert len(tries) == MOST + 2


def test_other_failures_and_old_ones_are_tried_again() -> None:
    merged = Merged[int](remembered_s=0)

    def fail(error: Exception) -> int:
        raise error

    for error in (SourceError("a.pdf", "crashed"), RuntimeError("stopped")):
        with pytest.raises(type(error)):
            merged.do("a", lambda error=error: fail(error))  # type: ignore[misc]
        assert merged.do("a", lambda: 1) == 1

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from rag.watchdog import Overdue, Patience, watched


class Waits:
    """Gives its items, each after a wait; ``close`` ends the waiting."""

    def __init__(self, *waits_s: float, error: Exception | None = None) -> None:
        self.waits_s = waits_s
        self.error = error
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[int]:
        for number, wait_s in enumerate(self.waits_s):
            self.closed.wait(wait_s)
            yield number
        if self.error:
            raise self.error

    def close(self) -> None:
        self.closed.set()


def patience(first_s: float = 5, next_s: float = 5, whole_s: float = 5) -> Patience:
    return Patience(first_s, next_s, time.monotonic() + whole_s)


def test_gives_everything_in_order_and_closes() -> None:
    source = Waits(0, 0, 0)
    assert list(watched(source, patience())) == [0, 1, 2]
    assert source.closed.is_set()


def test_raises_what_the_source_raises_after_what_it_gave() -> None:
    items = watched(Waits(0, error=OSError("gone")), patience())
    assert next(items) == 0
    with pytest.raises(OSError, match="gone"):
        next(items)


@pytest.mark.parametrize(
    ("waits_s", "limits", "given", "began"),
    [
        ((9,), {"first_s": 0.1}, 0, False),
        ((0, 9), {"next_s": 0.1}, 1, True),
        ((0, 0, *(0.05,) * 100), {"whole_s": 0.04}, 2, True),
    ],
)
def test_does_not_wait_longer_than_told(
    waits_s: tuple[float, ...], limits: dict[str, float], given: int, began: bool
) -> None:
    source = Waits(*waits_s)
    start, got = time.monotonic(), []
    with pytest.raises(Overdue) as caught:
        got.extend(watched(source, patience(**limits)))
    assert time.monotonic() - start < 1
    assert (len(got), caught.value.began) == (given, began)
    assert source.closed.is_set()


def test_a_reader_who_leaves_closes_the_source() -> None:
    source = Waits(0, 60)
    items = watched(source, patience())
    next(items)
    items.close()
    assert source.closed.is_set()


class Deaf(Waits):
    """Can't be woken."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = threading.Event()

    def __iter__(self) -> Iterator[int]:
        self.ended.wait(20)
        yield 1


def test_a_source_that_can_not_be_woken_is_left_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rag.watchdog._LAST_WORDS_S", 20.0)
    source = Deaf()
    start = time.monotonic()
    with pytest.raises(Overdue):
        list(watched(source, patience(whole_s=0.2)))
    took = time.monotonic() - start
    source.ended.set()
    assert took < 10

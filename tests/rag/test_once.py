from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.once import once


def test_whoever_asks_meanwhile_gets_what_the_first_made() -> None:
    begun, go_on, made = threading.Event(), threading.Event(), list[object]()

    def make() -> object:
        begun.set()
        go_on.wait(20)
        made.append(object())
        return made[-1]

    kept = once(make)
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(kept) for _ in range(4)]
        begun.wait(20)
        go_on.set()
        assert {id(each.result()) for each in asking} == {id(made[0])}
    assert kept() is made[0]
    assert len(made) == 1


def test_none_is_kept_too() -> None:
    calls: list[None] = []
    kept = once(lambda: calls.append(None))
    assert (kept(), kept()) == (None, None)
    assert len(calls) == 1


def test_what_fails_is_tried_again() -> None:
    outcomes = iter([OSError("no network"), None])

    def make() -> int:
        if error := next(outcomes):
            raise error
        return 7

    kept = once(make)
    with pytest.raises(OSError, match="no network"):
        kept()
    assert kept() == 7


def test_whoever_waited_for_a_failure_shares_it() -> None:
    begun, go_on, calls = threading.Event(), threading.Event(), list[int]()

    def make() -> None:
        calls.append(1)
        begun.set()
        go_on.wait(20)
        raise OSError("no network")

    kept = once(make)
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(kept) for _ in range(4)]
        begun.wait(20)
        time.sleep(0.5)  # until all of them wait, or nearly so
        go_on.set()
        assert {str(each.exception()) for each in asking} == {"no network"}
    assert len(calls) < 3

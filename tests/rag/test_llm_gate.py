"""How many calls are made at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import ModelTimeout
from rag.llm import ChatModel
from tests.scripted_llm import Messages, Reply, ScriptedServer, says

Make = Callable[..., ChatModel]
ASKED = [{"role": "user", "content": "How many heads?"}]


class Counted:
    """A script that sees how many are at it together."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, _messages: Messages) -> Reply:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.1)
        with self._lock:
            self._now -= 1
        return says("Eight.")


@pytest.mark.parametrize(("allowed", "most"), [(1, 1), (2, 2), (0, 6)])
def test_no_more_calls_than_allowed_are_made_at_a_time(
    server: ScriptedServer, make_model: Make, allowed: int, most: int
) -> None:
    counted = Counted()
    server.play(counted)
    models = [make_model(max_concurrent=allowed) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda model: model.complete(ASKED).text, models))
    assert said == ["Eight."] * 6
    assert counted.most <= most


def test_who_finds_no_place_does_not_wait_for_ever(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("There are eight", stall_after=1))
    busy = make_model(max_concurrent=1).stream(ASKED)
    next(busy)
    with pytest.raises(ModelTimeout, match=r"1 calls were under way.*raise llm\.max_concurrent"):
        make_model(max_concurrent=1, deadline_s=0.3).complete(ASKED)
    busy.close()
    server.play(says("Eight."))
    assert make_model(max_concurrent=1, deadline_s=5).complete(ASKED).text == "Eight."


def test_a_call_that_nobody_waits_for_keeps_its_place_until_it_ends(
    server: ScriptedServer, make_model: Make
) -> None:
    """The server has it still, and more of them would be more than it may have."""
    leave = threading.Event()

    def waits(_messages: Messages) -> Reply:
        leave.wait(20)
        return says("Eight.")

    server.play(waits)
    with pytest.raises(ModelTimeout, match="did not finish"):
        make_model(max_concurrent=1, deadline_s=0.3).complete(ASKED)
    with pytest.raises(ModelTimeout, match="was not asked"):
        make_model(max_concurrent=1, deadline_s=0.3).complete(ASKED)
    assert len(server.requests) == 1
    leave.set()
    assert make_model(max_concurrent=1).complete(ASKED).text == "Eight."

"""Calls that take long, beside a server that is stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from mcp import Client

from api.detached import Detached
from api.problems import Problem
from tests.api.hosting import served
from tests.api.web.serving import with_model
from tests.copying import copied
from tests.scripted_llm import Reply, scripted_server

QUESTION = "What is in the context line of a chunk?"


def test_calls_return_and_raise_what_the_work_does() -> None:
    async def run() -> None:
        room = Detached("calls", 2, 0)
        assert await room.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await room.run(lambda: 1 // 0)

    asyncio.run(run())


def test_there_is_room_for_so_many() -> None:
    gate = threading.Event()

    async def run() -> None:
        room = Detached("calls", 1, 1)
        two = [asyncio.create_task(room.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Problem, match="2 calls are under way"):
            await room.run(gate.wait)
        gate.set()
        assert await asyncio.gather(*two) == [True, True]
        assert await room.run(lambda: 7) == 7

    asyncio.run(run())


def test_what_is_at_work_is_left_and_its_callers_are_told() -> None:
    gate, worked = threading.Event(), threading.Event()

    def work() -> None:
        gate.wait()
        worked.set()

    async def run() -> None:
        room = Detached("calls", 1, 1)
        two = [asyncio.create_task(room.run(work)) for _ in range(2)]
        await asyncio.sleep(0)
        await room.drain(0.01)
        for each in await asyncio.gather(*two, return_exceptions=True):
            assert isinstance(each, Problem)
            assert each.code == "draining"
        with pytest.raises(Problem, match="call again"):
            await room.run(work)

    asyncio.run(run())
    gate.set()
    assert worked.wait(60), "for nobody, and without complaint"


def test_a_caller_that_is_cancelled_is_not_told_of_an_end() -> None:
    gate = threading.Event()

    async def run() -> None:
        room = Detached("calls", 1, 0)
        call = asyncio.create_task(room.run(gate.wait))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(run())
    gate.set()


async def ask_an_assistant(url: str) -> None:
    async with Client(f"{url}/mcp", read_timeout_seconds=120) as client:
        await client.call_tool("ask", {"question": QUESTION})


async def ask_for_answers(url: str) -> None:
    async with httpx.AsyncClient(timeout=120) as client:
        await client.post(f"{url}/v1/ask", json={"question": QUESTION})


async def compare_papers(url: str) -> None:
    async with httpx.AsyncClient(timeout=120) as client:
        await client.post(f"{url}/v1/compare", json={"question": QUESTION})


@pytest.mark.parametrize("call", [ask_an_assistant, ask_for_answers, compare_papers])
def test_a_server_ends_though_a_model_is_at_work(
    small_library: Path, tmp_path: Path, call: Callable[[str], Awaitable[None]]
) -> None:
    """Before the model says anything: `stop` waits for less than that."""
    library = copied(small_library, tmp_path / "library")
    patience = {"SCHOLIUM_SERVE__DRAIN_S": "1", "SCHOLIUM_LLM__TIMEOUT_S": "85"}
    with scripted_server() as model:
        asked = threading.Event()

        def late(_: object) -> Reply:
            asked.set()
            return Reply(("x",), delay_s=300)

        model.play(late)
        with served(library, tmp_path / "log", env=with_model(model.url) | patience) as server:
            threading.Thread(target=_quietly, args=(call, server.url), daemon=True).start()
            assert asked.wait(60)
            server.stop()


def _quietly(call: Callable[[str], Awaitable[None]], url: str) -> None:
    async def run() -> None:
        await asyncio.gather(call(url), return_exceptions=True)

    asyncio.run(run())

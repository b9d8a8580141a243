"""Work that a server which is stopped does not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from api.problems import Problem, busy
from rag.threads import start_daemon

T = TypeVar("T")

_LOOK_S = 0.05


async def detached(work: Callable[[], T], name: str) -> T:
    """What ``work`` returns, in a thread of that name; where nobody waits any more, it goes on for
    nobody.
    """
    outcome: Future[T] = Future()
    start_daemon(_settle, work, outcome, name=name)
    return await asyncio.wrap_future(outcome)


def _settle(work: Callable[[], T], outcome: Future[T]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001  it is raised where it is waited for
        outcome.set_exception(error)


class Detached:
    """Room for calls that take long: ``most`` at work, ``queue`` more waiting. Used from one event
    loop.
    """

    def __init__(self, what: str, most: int, queue: int) -> None:
        self._what = what
        self._free = asyncio.Semaphore(most)
        self._room = most + queue
        self._tasks: set[asyncio.Task[object]] = set()
        self._draining = False

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` returns. Raises Problem at once where too many wait already, and where the
        server is stopped.
        """
        if self._draining:
            raise _draining()
        if len(self._tasks) >= self._room:
            raise busy(f"{self._room} {self._what} are under way or waiting")
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is None or caller.cancelling():
                raise
            raise _draining() from None

    async def drain(self, seconds: float) -> None:
        """Takes nothing on any more, and leaves what is not done in time."""
        self._draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.sleep(_LOOK_S)
        for task in self._tasks:
            task.cancel()

    async def _run(self, work: Callable[[], T]) -> T:
        async with self._free:
            return await detached(work, self._what)


def _draining() -> Problem:
    return Problem("draining", "call again in a moment", {"Retry-After": "5"})

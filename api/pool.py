"""Threads for work that takes the processor, and a queue that does not grow without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.problems import busy

T = TypeVar("T")


class Pool:
    """``threads`` at work, ``queue`` more calls waiting. Used from one event loop."""

    def __init__(self, what: str, threads: int, queue: int) -> None:
        self._what = what
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=what)
        self._room = threads + queue
        self._calls = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` returns. Raises Problem at once where too many wait already."""
        if self._calls >= self._room:
            raise busy(f"{self._room} {self._what} are under way or waiting")
        self._calls += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._calls -= 1

    def close(self) -> None:
        """Lets what runs finish."""
        self._executor.shutdown(wait=True, cancel_futures=True)

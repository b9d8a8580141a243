"""Papers are looked up while others come in, by threads that nobody waits for."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from ingest.enrich.lookup import Found, LookUp
from rag.threads import start_daemon
from rag.types import Metadata


class Background:
    """``threads`` look papers up in the order in which they are put in.

    Leaving it takes no time, whatever is still under way: that is given up.
    """

    def __init__(self, look_up: LookUp, threads: int) -> None:
        self._look_up = look_up
        self._threads = threads
        self._waiting: SimpleQueue[tuple[str, Metadata] | None] = SimpleQueue()
        self._found: SimpleQueue[tuple[str, Found]] = SimpleQueue()

    def put(self, paper_id: str, metadata: Metadata) -> None:
        """Looks the paper up, some time."""
        self._waiting.put((paper_id, metadata))

    def get(self, until: float) -> tuple[str, Found] | None:
        """A paper that was looked up; None if there is none by ``until`` (monotonic)."""
        with suppress(Empty):
            return self._found.get(timeout=max(until - time.monotonic(), 0.0))
        return None

    def __enter__(self) -> Self:
        for number in range(self._threads):
            start_daemon(self._work, name=f"enrich-{number}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()
        for _ in range(self._threads):
            self._waiting.put(None)

    def _work(self) -> None:
        while asked := self._waiting.get():
            paper_id, metadata = asked
            self._found.put((paper_id, looked_up(self._look_up, metadata)))


def looked_up(look_up: LookUp, metadata: Metadata) -> Found:
    """What is found of a paper; an odd answer that the look-up stumbles over is as none."""
    try:
        return look_up(metadata)
    except Exception as error:  # noqa: BLE001  it must not end the run
        return Found(metadata, unreached=(f"{type(error).__name__}: {error}",))

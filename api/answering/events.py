"""The events of one answer, as they come, for any number of listeners."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi.sse import format_sse_event

LAST = frozenset({"done", "error"})
"""Kinds after which nothing comes."""


@dataclass(frozen=True, slots=True)
class Event:
    """``data`` is JSON. ``attempt`` counts the servers that wrote at this answer, ``number`` the
    events of one: both from 1.
    """

    attempt: int
    number: int
    kind: str
    data: str

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among all events of the answer."""
        return self.attempt, self.number

    def encoded(self) -> bytes:
        """As a server-sent event."""
        name = f"{self.attempt}.{self.number}"
        return format_sse_event(event=self.kind, data_str=self.data, id=name)


def place(text: str) -> tuple[int, int]:
    """The place that a Last-Event-ID names; before all where it names none."""
    attempt, _, number = text.partition(".")
    return (int(attempt), int(number)) if _digits(attempt) and _digits(number) else (0, 0)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


class Channel:
    """Where one thread says events and coroutines of one loop wait for them."""

    def __init__(self, attempt: int, loop: asyncio.AbstractEventLoop, owner: str = "") -> None:
        self.attempt = attempt
        self.owner = owner
        self.cancelled = threading.Event()
        self.parked = threading.Event()
        self._loop = loop
        self._events: list[Event] = []
        self._waiting: set[asyncio.Event] = set()

    def say(self, kind: str, data: Any) -> None:
        """Adds an event; from any thread."""
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        whole = text.encode("utf-8", "replace").decode(
            "utf-8"
        )  # halves of characters can't be sent
        self._events.append(Event(self.attempt, len(self._events) + 1, kind, whole))
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def park(self) -> None:
        """Leaves the answer to another process; from the loop."""
        self.parked.set()
        self.cancelled.set()
        self._wake()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return bool(self._events) and self._events[-1].kind in LAST

    def since(self, number: int) -> list[Event]:
        """The events after the one of that number."""
        return self._events[number:]

    async def follow(self, after: tuple[int, int], patience_s: float) -> AsyncIterator[list[Event]]:
        """What came after that place, in portions, until the last, or until it is parked; an
        empty one where nothing came for ``patience_s``.
        """
        number = min(after[1], len(self._events)) if after[0] == self.attempt else 0
        woken = asyncio.Event()
        self._waiting.add(woken)
        try:
            while not self.parked.is_set():
                woken.clear()
                if events := self.since(number):
                    number = events[-1].number
                    yield events
                    if events[-1].kind in LAST:
                        return
                    continue
                if self.is_over:
                    return
                try:
                    async with asyncio.timeout(patience_s):
                        await woken.wait()
                except TimeoutError:
                    yield []
        finally:
            self._waiting.discard(woken)

    def _wake(self) -> None:
        for each in self._waiting:
            each.set()


def joined(events: list[Event]) -> list[Event]:
    """The same with neighbouring tokens made one: a listener that lags catches up in one go."""
    made: list[Event] = []
    for is_token, group in groupby(events, lambda event: event.kind == "token"):
        part = list(group)
        if is_token:
            text = "".join(json.loads(event.data)["text"] for event in part)
            data = json.dumps({"text": text}, ensure_ascii=False)
            made.append(Event(*part[-1].place, "token", data))
        else:
            made += part
    return made

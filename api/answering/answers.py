"""The answers that a server process writes, and its way to those that others write."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

from api.answering.events import LAST, Channel, Event
from api.answering.log import EventLog
from api.answering.writing import Writer
from api.kept import kept_answer_json
from api.metrics import RUNNING
from api.problems import Problem, busy
from api.wire import AskRequest
from rag.store.conversations import AnswerState, Conversations, KeptAnswer, new_id
from rag.threads import start_daemon

logger = logging.getLogger("scholium.answers")

ATTEMPTS = 3
"""An answer that so many servers did not survive is given up."""

PING_S = 15.0
_FLUSH_S = 0.1
_LOOK_S = 0.15
_ADOPT_EVERY = 20  # flushes


def holder() -> str:
    """A name for this process that no other has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


class Answers:
    """Up to ``limit`` answers, each written by a thread of its own.

    Used from the event loop that `run` runs in.
    """

    def __init__(
        self, writer: Writer, conversations: Conversations, log: EventLog, limit: int
    ) -> None:
        self._writer = writer
        self._conversations = conversations
        self._log = log
        self._limit = limit
        self._channels: dict[str, Channel] = {}
        self._flushed: dict[str, int] = {}
        self._draining = False

    async def begin(self, owner: str, request: AskRequest) -> KeptAnswer:
        """Keeps the question, and begins to answer it. Raises Problem where there is no room."""
        self._check_room()
        kept, attempt = await asyncio.to_thread(self._begun, owner, request)
        self._start(kept, attempt)
        return kept

    async def stop(self, answer_id: str) -> None:
        """Stops an answer, wherever it is written, and waits until it has."""
        await asyncio.to_thread(self._log.stop, answer_id)
        self._stop({answer_id})
        async for _ in self.follow(answer_id, (0, 0)):
            pass

    async def finished(self, answer_id: str) -> KeptAnswer:
        """The answer, once there is nothing more to come."""
        async for _ in self.follow(answer_id, (0, 0)):
            pass
        kept = await asyncio.to_thread(self._conversations.answer, answer_id)
        if kept is None:
            raise Problem("unknown-answer", "the answer was removed while it was written")
        return kept

    async def follow(self, answer_id: str, after: tuple[int, int]) -> AsyncIterator[list[Event]]:
        """The answer's events after that place, in portions, until the last.

        An empty portion says that nothing came for a while.
        """
        idle_s = 0.0
        while True:
            if channel := self._channels.get(answer_id):
                async for portion in channel.follow(after, PING_S):
                    after = portion[-1].place if portion else after
                    yield portion
                if channel.is_over or channel.parked.is_set():
                    return  # a client whose answer was left to another server asks again
            portion = await asyncio.to_thread(self._elsewhere, answer_id, after)
            if portion or idle_s > PING_S:
                after, idle_s = portion[-1].place if portion else after, 0.0
                yield portion
                if portion and portion[-1].kind in LAST:
                    return
            await asyncio.sleep(_LOOK_S)
            idle_s += _LOOK_S

    async def run(self) -> None:
        """Shares what is written here with other processes, and takes over what they left."""
        for rounds in count():
            await asyncio.sleep(_FLUSH_S)
            try:
                await self._flush()
                if rounds % _ADOPT_EVERY == 0 and not self._draining:
                    await self._adopt()
            except Exception:  # this has to go on: every listener waits for it
                logger.exception("can't share answers with other processes; trying again")
                await asyncio.sleep(1.0)

    async def drain(self, seconds: float) -> None:
        """Takes nothing on any more; what is not done in time is left to the next server."""
        self._draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._channels:
                    await asyncio.sleep(_FLUSH_S)
        for channel in self._channels.values():
            channel.park()
        await asyncio.to_thread(self._log.park, list(self._channels))

    @property
    def is_draining(self) -> bool:
        """Whether nothing more is taken on."""
        return self._draining

    def _check_room(self) -> None:
        if self._draining:
            raise Problem("draining", "ask again in a moment", {"Retry-After": "5"})
        if len(self._channels) >= self._limit:
            raise busy(f"{self._limit} answers are being written already")

    def _begun(self, owner: str, request: AskRequest) -> tuple[KeptAnswer, int]:
        """Claimed before it is kept, so that no other process takes it for an orphan."""
        answer_id = new_id()
        attempt = self._log.claim(answer_id)
        asked = request.model_dump(mode="json", exclude_defaults=True)
        kept = self._conversations.begin(answer_id, owner, request.thread_id, asked)
        return kept, attempt or 1

    def _start(self, kept: KeptAnswer, attempt: int) -> None:
        channel = Channel(attempt, asyncio.get_running_loop())
        self._channels[kept.answer_id] = channel
        RUNNING.inc()
        start_daemon(self._writer.write, kept, channel, name=f"answer-{kept.answer_id}")

    def _stop(self, answer_ids: set[str]) -> None:
        for answer_id in answer_ids & self._channels.keys():
            self._channels[answer_id].cancelled.set()

    async def _flush(self) -> None:
        if not self._channels:
            return
        ended = [name for name, channel in self._channels.items() if channel.is_over]
        for name in ended:  # what came of them is in the catalog
            del self._channels[name]
            self._flushed.pop(name, None)
            RUNNING.dec()
        portions = {
            name: channel.since(self._flushed.get(name, 0))
            for name, channel in self._channels.items()
        }
        self._stop(await asyncio.to_thread(self._log.flush, portions, ended))
        for name, events in portions.items():
            self._flushed[name] = self._flushed.get(name, 0) + len(events)

    async def _adopt(self) -> None:
        """Takes on answers whose writers are gone."""
        await asyncio.to_thread(self._log.sweep)
        for name in await asyncio.to_thread(self._conversations.running):
            if name in self._channels or len(self._channels) >= self._limit:
                continue
            kept, attempt = await asyncio.to_thread(self._claimed, name)
            if kept and attempt:
                self._start(kept, attempt)

    def _claimed(self, answer_id: str) -> tuple[KeptAnswer | None, int | None]:
        attempt = self._log.claim(answer_id) if self._log.is_silent(answer_id) else None
        kept = self._conversations.answer(answer_id) if attempt else None
        if kept is None or kept.state is not AnswerState.RUNNING:
            return None, None
        if attempt and attempt > ATTEMPTS:
            lost = Problem("internal", f"{ATTEMPTS} servers ended while they wrote it: ask again")
            self._conversations.finish(
                answer_id, AnswerState.FAILED, problem=dict(lost.json("").items())
            )
            return None, None
        return kept, attempt

    def _elsewhere(self, answer_id: str, after: tuple[int, int]) -> list[Event]:
        """What the log has, and where it has nothing any more, the outcome."""
        if events := self._log.after(answer_id, after):
            return events
        kept = self._conversations.answer(answer_id)
        if kept is None:
            gone = Problem("unknown-answer", "the answer was removed")
            return [Event(*_next(after), "error", json.dumps(gone.json("")))]
        if kept.state is AnswerState.RUNNING:
            return []
        kind, data = ("error", kept.problem) if kept.problem else ("done", kept_answer_json(kept))
        return [Event(*_next(after), kind, json.dumps(data, ensure_ascii=False))]


def _next(after: tuple[int, int]) -> tuple[int, int]:
    return max(after[0], 1), after[1] + 1

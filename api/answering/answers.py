"""The answers that a server process writes, and its way to those that others write."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import TypeVar

from api.answering.events import LAST, Channel, Event
from api.answering.log import EventLog
from api.answering.writing import Writer
from api.kept import kept_answer_json
from api.metrics import RUNNING
from api.problems import Problem, busy
from api.wire import AskRequest
from rag.store.conversations import AnswerState, Conversations, KeptAnswer, new_id
from rag.threads import start_daemon

T = TypeVar("T")

logger = logging.getLogger("scholium.answers")

ATTEMPTS = 3
"""An answer that so many servers did not survive is given up."""

PING_S = 15.0
_FLUSH_S = 0.1
_LOOK_S = 0.15
_ADOPT_EVERY = 20  # flushes
_FORGET_EVERY = 36_000  # flushes: an hour


def holder() -> str:
    """A name for this process that no other has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


class Answers:
    """Up to ``limit`` answers, each written by a thread of its own.

    Used from the event loop that `run` runs in. Answers outside of threads are forgotten after
    ``keep_days``, if that is not 0.
    """

    def __init__(
        self,
        writer: Writer,
        conversations: Conversations,
        log: EventLog,
        limit: int,
        keep_days: float = 0.0,
    ) -> None:
        self._writer = writer
        self._conversations = conversations
        self._log = log
        self._limit = limit
        self._keep_days = keep_days
        self._channels: dict[str, Channel] = {}
        self._owners: Counter[str] = Counter()
        self._flushed: dict[str, int] = {}
        self._draining = False
        # Its own thread: where it waits for one, every listener elsewhere waits with it.
        self._sharing = ThreadPoolExecutor(1, thread_name_prefix="answers")

    @property
    def is_draining(self) -> bool:
        """Whether nothing more is taken on."""
        return self._draining

    async def begin(self, owner: str, request: AskRequest, most: int | None = None) -> KeptAnswer:
        """Keeps the question, and begins to answer it. Raises Problem where there is no room, or
        where ``most`` answers of this owner are being written already.
        """
        with self._room(owner, most):
            kept = await asyncio.to_thread(self._begun, owner, request)
            if self._draining:  # kept, and left to the next server
                await self._share(lambda: self._log.park([kept.answer_id]))
            else:
                self._start(kept, 1)
        return kept

    async def stop(self, answer_id: str) -> None:
        """Stops an answer, wherever it is written, and waits until it has."""
        kept = await asyncio.to_thread(self._conversations.answer, answer_id)
        if kept and kept.state is AnswerState.RUNNING:
            await asyncio.to_thread(self._log.stop, answer_id)
            self._stop({answer_id})
            async for _ in self.follow(answer_id, (0, 0)):
                pass

    async def finished(self, answer_id: str) -> KeptAnswer:
        """The answer, once there is nothing more to come. Raises Problem where there never is."""
        async for _ in self.follow(answer_id, (0, 0)):
            pass
        kept = await asyncio.to_thread(self._conversations.answer, answer_id)
        if kept is None:
            raise Problem("unknown-answer", "the answer was removed while it was written")
        if kept.state is AnswerState.RUNNING:
            headers = {"Retry-After": "5", "Location": f"/v1/answers/{answer_id}"}
            raise Problem("draining", "the question is kept; its answer comes later", headers)
        return kept

    async def follow(self, answer_id: str, after: tuple[int, int]) -> AsyncIterator[list[Event]]:
        """The answer's events after that place, in portions, until the last, or until the server
        is stopped. An empty portion says that nothing came for a while.
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
            if self._draining or (portion and portion[-1].kind in LAST):
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
                if rounds % _FORGET_EVERY == 0 and self._keep_days:
                    before = time.time() - 86_400 * self._keep_days
                    await asyncio.to_thread(self._conversations.forget_answers, before)
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
        left = self._channels
        self._channels = {}  # so that nobody says any more that they are being written
        for channel in left.values():
            channel.park()
        await self._share(lambda: self._log.park(left))

    @contextmanager
    def _room(self, owner: str, most: int | None) -> Iterator[None]:
        """A place among the answers, from before the first wait until the answer has begun."""
        if self._draining:
            raise Problem("draining", "ask again in a moment", {"Retry-After": "5"})
        if self._owners.total() >= self._limit:
            raise busy(f"{self._limit} answers are being written already")
        if most is not None and self._owners[owner] >= most:
            raise busy(f"{most} answers for this key are being written already")
        self._owners[owner] += 1
        try:
            yield
        except BaseException:
            self._owners[owner] -= 1
            raise

    def _begun(self, owner: str, request: AskRequest) -> KeptAnswer:
        """Claimed before it is kept, so that no other process takes it for an orphan."""
        answer_id = new_id()
        self._log.claim(answer_id)
        asked = request.model_dump(mode="json", exclude_defaults=True)
        return self._conversations.begin(answer_id, owner, request.thread_id, asked)

    def _start(self, kept: KeptAnswer, attempt: int) -> None:
        channel = Channel(attempt, asyncio.get_running_loop(), kept.owner)
        self._channels[kept.answer_id] = channel
        RUNNING.inc()
        start_daemon(self._writer.write, kept, channel, name=f"answer-{kept.answer_id}")

    def _stop(self, answer_ids: set[str]) -> None:
        for answer_id in answer_ids & self._channels.keys():
            self._channels[answer_id].cancelled.set()

    async def _share(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._sharing, act)

    async def _flush(self) -> None:
        if not self._channels:
            return
        ended = [name for name, channel in self._channels.items() if channel.is_over]
        for name in ended:  # what came of them is in the catalog
            self._owners[self._channels.pop(name).owner] -= 1
            self._flushed.pop(name, None)
            RUNNING.dec()
        portions = {
            name: channel.since(self._flushed.get(name, 0))
            for name, channel in self._channels.items()
        }
        self._stop(await self._share(lambda: self._log.flush(portions, ended)))
        for name, events in portions.items():
            self._flushed[name] = self._flushed.get(name, 0) + len(events)

    async def _adopt(self) -> None:
        """Takes on answers whose writers are gone."""
        await self._share(self._log.sweep)
        for name in await asyncio.to_thread(self._conversations.running):
            if name in self._channels or self._owners.total() >= self._limit:
                continue
            kept, attempt = await asyncio.to_thread(self._claimed, name)
            if kept and not self._draining:
                self._owners[kept.owner] += 1
                self._start(kept, attempt)

    def _claimed(self, answer_id: str) -> tuple[KeptAnswer | None, int]:
        if not self._log.is_silent(answer_id) or not self._log.claim(answer_id):
            return None, 0
        kept = self._conversations.answer(answer_id)
        if kept is None or kept.state is not AnswerState.RUNNING:
            return None, 0
        attempt = self._conversations.try_again(answer_id)
        if attempt > ATTEMPTS:
            lost = Problem("internal", f"{ATTEMPTS} servers ended while they wrote it: ask again")
            self._conversations.finish(
                answer_id, AnswerState.FAILED, problem=dict(lost.json("").items())
            )
            return None, 0
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

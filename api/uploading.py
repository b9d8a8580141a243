"""Uploads: from a request to a job that can't be lost any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from starlette.requests import ClientDisconnect, Request

from api.arrival import Arrival, Limits
from api.multipart import Multipart
from api.problems import Problem, busy
from ingest.jobs.store import JobStore
from ingest.jobs.values import Job
from ingest.uploads.accepting import accept
from rag.errors import ScholiumError

AT_ONCE = 8
"""Uploads that a process takes at the same time."""

_HEARD_OUT_BYTES = 64 * 1024 * 1024
_HEARD_OUT_S = 5.0


class Uploads:
    """Takes uploads for one library. ``call`` is called when there is a new job."""

    def __init__(
        self,
        library: Path,
        store: JobStore,
        limits: Limits,
        most_jobs: int,
        call: Callable[[], None],
    ) -> None:
        self._library = library
        self._store = store
        self._limits = limits
        self._most_jobs = most_jobs
        self._call = call
        self._under_way = 0

    async def take(self, request: Request, owner: str) -> Job:
        """The job that ingests what the request brings: by then it can't be lost any more.

        Raises Problem, UploadError, QueueFull or LibraryError; nothing is kept then.
        """
        if self._under_way >= AT_ONCE:
            raise busy(f"{AT_ONCE} uploads are under way", 5)
        self._under_way += 1
        try:
            return await self._take(request, owner)
        finally:
            self._under_way -= 1

    async def _take(self, request: Request, owner: str) -> Job:
        body = request.stream()
        try:
            await asyncio.to_thread(self._store.check_room, self._most_jobs)
            if _announced(request) > self._limits.body:
                raise self._limits.too_large()
            return await self._received(body, request.headers.get("content-type", ""), owner)
        except (Problem, ScholiumError):
            if "expect" not in request.headers:
                await _hear_out(body)
            raise
        except ClientDisconnect as error:
            raise Problem("bad-request", "the client went away in the middle") from error

    async def _received(self, body: AsyncIterator[bytes], content_type: str, owner: str) -> Job:
        async with AsyncExitStack() as stack:
            arrival = Arrival(Multipart(content_type), self._library, self._limits)
            stack.push_async_callback(asyncio.to_thread, arrival.close)
            async for piece in body:
                await asyncio.to_thread(arrival.feed, piece)
            job = await asyncio.to_thread(
                lambda: accept(arrival.finish(), self._store, owner, self._most_jobs)
            )
        self._call()
        return job


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


async def _hear_out(body: AsyncIterator[bytes]) -> None:
    """Lets the client finish, if that is soon: cut off while it sends, it may not see why."""
    heard = 0
    with suppress(TimeoutError, ClientDisconnect, RuntimeError):
        async with asyncio.timeout(_HEARD_OUT_S):
            async for piece in body:
                heard += len(piece)
                if heard > _HEARD_OUT_BYTES:
                    return

"""What a server process holds: one library, and what routes need to serve it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from api.answering.answers import Answers, holder
from api.answering.log import EventLog
from api.answering.writing import Writer
from api.arrival import Limits
from api.detached import Detached
from api.guard.keys import Keys
from api.guard.origins import LOOPBACK
from api.guard.rates import Rates
from api.pool import Pool
from api.problems import Problems
from api.uploading import Uploads
from ingest.jobs.foreman import Foreman
from ingest.jobs.store import JobStore
from ingest.page_images import PageImages
from rag.build import open_library
from rag.build_model import chat_model
from rag.build_query import condense
from rag.config import Serve, Settings
from rag.library import Library
from rag.litellm_import import start_warm_up
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.connection import RECORD_CACHE_KIB
from rag.store.conversations import Conversations
from rag.types import Usage

FOLDER = "server"
"""In the library: what its server processes share, and may lose when none runs."""

COMPARED = 2
"""Comparisons at work at once: each asks several papers."""

DRAWERS = 2
"""Pages that are drawn at once."""


@dataclass(frozen=True, eq=False)
class Serving:
    """Shared by all requests of a process."""

    path: Path
    settings: Settings
    library: Library
    catalog: WritableCatalog
    conversations: Conversations
    keys: Keys
    rates: Rates
    answers: Answers
    searches: Pool
    drawings: Pool
    pages: PageImages
    jobs: JobStore
    foreman: Foreman
    uploads: Uploads
    comparisons: Detached

    @property
    def problems(self) -> Problems:
        """What is told of errors."""
        return Problems(self.path)

    def keys_required(self) -> bool:
        """Whether a caller without a key is turned away."""
        return wants_keys(self.settings.serve) or self.keys.any()

    @property
    def is_stopping(self) -> bool:
        """Whether the process was told to stop; what goes on without it should be let go."""
        return self.answers.is_draining

    async def drain(self) -> None:
        """Lets what is under way come to a good place to stop at, if that is soon."""
        seconds = self.settings.serve.drain_s
        parking = asyncio.to_thread(self.foreman.stop, seconds)
        comparing = self.comparisons.drain(seconds)
        await asyncio.gather(self.answers.drain(seconds), comparing, parking)


def wants_keys(table: Serve) -> bool:
    """Whether these settings let nobody in without a key."""
    return table.host not in LOOPBACK or bool(table.hosts) or table.keys == "required"


async def serving(request: Request) -> Serving:
    """Of the process that answers ``request``. (Async, as else it would take a thread.)"""
    here: Serving = request.app.state.serving
    return here


@asynccontextmanager
async def opened(path: Path, settings: Settings) -> AsyncIterator[Serving]:
    """All of it, at work until the end of the block; an empty library is made where none is."""
    async with AsyncExitStack() as stack:
        catalog = stack.enter_context(WritableCatalog(path, RECORD_CACHE_KIB))
        reader = stack.enter_context(Catalog(path, RECORD_CACHE_KIB))
        library = stack.enter_context(open_library(path, settings))
        (path / FOLDER).mkdir(exist_ok=True)
        log = stack.enter_context(EventLog(path / FOLDER / "answers.sqlite", holder()))
        rates = stack.enter_context(Rates(path / FOLDER / "rates.sqlite"))
        rates.sweep()
        searches = Pool(
            "searches", settings.serve.searches or os.cpu_count() or 1, settings.serve.queue
        )
        stack.callback(searches.close)
        comparisons = Detached("comparisons", COMPARED, settings.serve.queue)
        drawings = Pool("pages", DRAWERS, settings.serve.queue)
        stack.callback(drawings.close)
        pages = stack.enter_context(PageImages(jobs=DRAWERS))
        conversations = Conversations(catalog, reader)
        keys = Keys(catalog, reader)
        table, price = settings.serve, _price(settings)
        writer = Writer(
            library.ask_stream,
            condense(settings),
            conversations,
            keys.charge,
            price,
            Problems(path),
        )
        answers = Answers(writer, conversations, log, table.answers, table.keep_days)
        await asyncio.to_thread(library.prepare)
        if settings.llm.answers_queries:
            start_warm_up()  # seconds that nobody need wait
        jobs = JobStore(catalog)
        foreman = Foreman(path, settings, jobs)
        foreman.start()
        limits = Limits.of(settings.serve.max_upload_mb, settings.serve.max_upload_files)
        uploads = Uploads(path.resolve(), jobs, limits, settings.serve.max_jobs, foreman.call)
        working = asyncio.create_task(answers.run())
        try:
            yield Serving(
                path,
                settings,
                library,
                catalog,
                conversations,
                keys,
                rates,
                answers,
                searches,
                drawings,
                pages,
                jobs,
                foreman,
                uploads,
                comparisons,
            )
        finally:
            await answers.drain(0.2)  # what was told to stop has had its time
            await comparisons.drain(0.0)
            await asyncio.to_thread(foreman.stop, settings.serve.drain_s)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


def _price(settings: Settings) -> Callable[[int, int], Usage]:
    """What so many tokens read and written cost; nothing where no model is asked."""
    if not settings.llm.has("answer"):
        return lambda _read, _wrote: Usage()
    return chat_model(settings, "answer").price

"""A library for programs that run in an event loop: the same methods, awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from rag.library import Library
from rag.types import Answer, Filter, Paper, PaperRow, Retrieval, Step, Turn

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
"""Calls at work at once; others wait. A search keeps a core busy, a model's answer hardly does."""

_END = object()


class AsyncLibrary:
    """Opens a library at the beginning of its ``async with`` block and closes it at the end.

    Calls run in ``threads`` threads of its own, so that the event loop goes on. A call that is
    cancelled is not waited for: what runs of it comes to its end unseen.
    """

    def __init__(self, opening: Callable[[], Library], threads: int = THREADS) -> None:
        self._opening = opening
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="library")
        self._library: Library | None = None

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        config: Path | str | None = None,
        threads: int = THREADS,
    ) -> AsyncLibrary:
        """As `Library.open`; but nothing is opened before ``async with``."""
        return cls(partial(Library.open, path, config), threads)

    async def __aenter__(self) -> Self:
        try:
            self._library = await self._run(self._opening)
        except BaseException:
            self._threads.shutdown(wait=False)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def library(self) -> Library:
        """The library itself."""
        if self._library is None:
            raise RuntimeError("the library is not open: use it in an `async with` block")
        return self._library

    @property
    def path(self) -> Path:
        """The directory."""
        return self.library.path

    async def papers(self) -> list[PaperRow]:
        """Every paper, by title."""
        return await self._run(self.library.papers)

    async def paper(self, name: str) -> Paper:
        """A paper with all its structure, by id, file name or title."""
        return await self._run(self.library.paper, name)

    async def resolve(self, name: str) -> str:
        """The id of the paper that ``name`` means. Raises UnknownPaper."""
        return await self._run(self.library.resolve, name)

    async def prepare(self) -> None:
        """Loads what searches need, for a program that stays."""
        await self._run(self.library.prepare)

    async def search(
        self, text: str, where: Filter = Filter(), k: int = 10, history: Sequence[Turn] = ()
    ) -> Retrieval:
        """The ``k`` best chunks for ``text``. Raises UsageError on an unusable question."""
        return await self._run(self.library.search, text, where, k, history)

    async def ask(
        self, text: str, where: Filter = Filter(), history: Sequence[Turn] = ()
    ) -> Answer:
        """A cited answer."""
        return await self._run(self.library.ask, text, where, history)

    async def ask_stream(
        self, text: str, where: Filter = Filter(), history: Sequence[Turn] = ()
    ) -> AsyncGenerator[Retrieval | str | Step | Answer]:
        """What was found, then pieces of the answer; the answer comes last and supersedes them.

        When this is closed or cancelled the answer is given up, at its next piece.
        """
        stream = _Stream(self.library.ask_stream(text, where, history))
        try:
            while (piece := await self._run(stream.piece)) is not _END:
                assert isinstance(piece, Retrieval | str | Step | Answer)  # noqa: S101  it is no _END
                yield piece
        finally:
            self._threads.submit(stream.close)  # not awaited: this may be a cancellation

    async def check(self) -> list[str]:
        """What is inconsistent, one line each; nothing when all is well."""
        return await self._run(self.library.check)

    async def close(self) -> None:
        """Lets go of the files, once what runs has come to its end."""
        library, self._library = self._library, None
        await asyncio.to_thread(self._threads.shutdown)
        if library:
            await asyncio.to_thread(library.close)

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(call, *args, **kwargs))


class _Stream:
    """A stream that is read and closed by different threads, one at a time."""

    def __init__(self, pieces: Iterator[Retrieval | str | Step | Answer]) -> None:
        self._pieces = pieces
        self._lock = threading.Lock()

    def piece(self) -> object:
        """The next one, or ``_END``: threads can't pass StopIteration on to a loop."""
        with self._lock:
            return next(self._pieces, _END)

    def close(self) -> None:
        """Gives up what is left."""
        with self._lock, suppress(Exception):  # nobody is left to be told
            close = getattr(self._pieces, "close", None)
            if close:
                close()

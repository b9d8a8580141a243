from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from rag import AsyncLibrary, Library
from rag.config import Settings
from rag.errors import LibraryError, UnknownPaper, UsageError
from rag.types import Answer, Retrieval
from tests.scripted_llm import MODEL, ScriptedServer, says, scripted_server

QUESTION = "What is in the context line of a chunk?"


def run(path: Path, use: Callable[[AsyncLibrary], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with AsyncLibrary.open(path) as library:
            await use(library)

    asyncio.run(main())


@pytest.mark.slow
def test_it_answers_as_the_library_does(small_library: Path) -> None:
    async def use(library: AsyncLibrary) -> None:
        await library.prepare()
        with Library.open(small_library) as plain:
            assert await library.papers() == plain.papers()
            assert await library.resolve("hybrid-retrieval") == plain.resolve("hybrid-retrieval")
            assert await library.paper("hybrid-retrieval") == plain.paper("hybrid-retrieval")
            assert library.path == plain.path
            found, answer = await asyncio.gather(
                library.search(QUESTION, k=3), library.ask(QUESTION)
            )
            assert found.evidence == plain.search(QUESTION, k=3).evidence
            assert answer.text == plain.ask(QUESTION).text
            assert await library.check() == []

    run(small_library, use)


@pytest.mark.slow
def test_a_stream_gives_what_was_found_and_the_answer_last(small_library: Path) -> None:
    async def use(library: AsyncLibrary) -> None:
        pieces = [piece async for piece in library.ask_stream(QUESTION)]
        assert isinstance(pieces[0], Retrieval)
        assert isinstance(pieces[-1], Answer)
        assert {type(piece) for piece in pieces[1:-1]} <= {str}

    run(small_library, use)


def test_errors_are_the_librarys_own(small_library: Path) -> None:
    async def use(library: AsyncLibrary) -> None:
        with pytest.raises(UnknownPaper):
            await library.paper("nothing like it")
        with pytest.raises(UsageError):
            await library.search(" ")
        with pytest.raises(UsageError):
            await anext(library.ask_stream(" "))

    run(small_library, use)


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    async def use(library: AsyncLibrary) -> None:
        raise AssertionError

    with pytest.raises(LibraryError):
        run(tmp_path / "gone", use)


def test_it_is_only_open_inside_its_block(small_library: Path) -> None:
    library = AsyncLibrary.open(small_library)

    async def main() -> None:
        async with library:
            pass
        with pytest.raises(RuntimeError, match="async with"):
            await library.papers()

    asyncio.run(main())


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as made:
        yield made


@pytest.fixture
def modelled(small_library: Path, server: ScriptedServer) -> Callable[[], Library]:
    from rag.build import open_library

    llm = {"model": MODEL, "api_base": server.url}
    settings = Settings.model_validate({"llm": llm, "query": {"multi_query": False, "hyde": False}})
    return lambda: open_library(small_library, settings)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["closed", "cancelled"])
def test_a_stream_that_is_left_lets_the_model_go(
    modelled: Callable[[], Library], server: ScriptedServer, how: str
) -> None:
    server.play(says("The context line is the title of the paper. [1] " * 200, gap_s=0.05))

    async def read(library: AsyncLibrary, begun: asyncio.Event) -> None:
        async with aclosing(library.ask_stream(QUESTION)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    begun.set()
                    if how == "closed":
                        return

    async def main() -> None:
        async with AsyncLibrary(modelled) as library:
            begun = asyncio.Event()
            task = asyncio.create_task(read(library, begun))
            await asyncio.wait_for(begun.wait(), 60)
            if how == "cancelled":
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await asyncio.to_thread(server.hung_up.wait, 30)

    asyncio.run(main())


def test_the_loop_goes_on_meanwhile(small_library: Path) -> None:
    """As many calls as there are threads wait; the loop that lets them go is not held up."""
    gate = threading.Event()

    class Waiting(Library):
        def papers(self) -> list[Any]:
            assert gate.wait(30)
            return []

    def opened() -> Library:
        plain = Library.open(small_library)
        return Waiting(plain.catalog, lambda _: (), plain._assemble)

    async def main() -> None:
        async with AsyncLibrary(opened, threads=2) as library:
            calls = [asyncio.create_task(library.papers()) for _ in range(5)]
            await asyncio.sleep(0.05)
            gate.set()
            assert await asyncio.gather(*calls) == [[]] * 5

    asyncio.run(main())

"""A library, opened for reading: look papers up, search, ask."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from rag.allocator import bound_arenas
from rag.closing import Closing
from rag.errors import LibraryError, SearchEngineError
from rag.home import library_path
from rag.lease import Lease
from rag.pipeline import QueryPipeline
from rag.protocols import Index
from rag.questions import check_characters, check_question
from rag.resolving import resolve
from rag.spending import as_one_request, one_request
from rag.store.catalog import Catalog
from rag.types import Answer, Filter, Paper, PaperRow, Query, Retrieval, Step, Turn

T = TypeVar("T")

CHECKS = 5
"""How often a check is begun again when the library changes underneath it."""

WARM_UP = "What is the main contribution?"
"""Asked to have models loaded; of any library, as its answer is not looked at."""


@dataclass(eq=False)
class _Opened:
    """The indexes of one state of the library, and the pipeline over those that are searched."""

    state: str
    indexes: tuple[Index, ...]
    assemble: Callable[[tuple[Index, ...]], QueryPipeline]

    @cached_property
    def pipeline(self) -> QueryPipeline:
        return self.assemble(self.indexes)

    def close(self) -> None:
        for index in self.indexes:
            index.close()


class Library(Closing):
    """Reads a library, and goes on reading while another process writes to it.

    Threads may share it.

    ``open_indexes`` opens every index, ``assemble`` makes a pipeline over those that are searched;
    both are called when they are first needed, and again when the library has changed, so that a
    search sees a state that the catalog has shown.
    """

    def __init__(
        self,
        catalog: Catalog,
        open_indexes: Callable[[Catalog], tuple[Index, ...]],
        assemble: Callable[[Catalog, tuple[Index, ...]], QueryPipeline],
    ) -> None:
        self.catalog = catalog
        self._open_indexes = open_indexes
        self._assemble = assemble
        self._current: Lease[_Opened] | None = None
        self._opening = threading.Lock()

    @classmethod
    def open(cls, path: Path | str | None = None, config: Path | str | None = None) -> Library:
        """The library at ``path``, else ``SCHOLIUM_LIBRARY``, else ``~/.scholium``.

        ``config`` is a file of settings, by default ``SCHOLIUM_CONFIG``. Raises LibraryError,
        ConfigError.
        """
        from rag.build import open_library  # it makes libraries, and so knows this module
        from rag.config import load

        return open_library(library_path(path), load(Path(config) if config else None))

    @property
    def path(self) -> Path:
        """The directory."""
        return self.catalog.path.parent

    def papers(self) -> list[PaperRow]:
        """Every paper, by title."""
        return self.catalog.papers()

    def paper(self, name: str) -> Paper:
        """A paper with all its structure, by id, file name or title (see `resolve`)."""
        return self.catalog.paper(self.resolve(name))

    def resolve(self, name: str) -> str:
        """The id of the paper that ``name`` means: its id, a file's name, or a part of its title
        (`rag.resolving`). Raises UnknownPaper, UsageError.
        """
        check_characters(name)
        if exact := self.catalog.find(paper_id=name.strip()):
            return exact  # without a look at every paper: searches come here
        return resolve(name, self.papers(), str(self.path))

    def prepare(self) -> None:
        """Loads what searches and extractive answers need, for a program that stays: its first ones
        are as quick as the others, none waits for the garbage collector, and memory does not grow
        with every change of the library (`rag.allocator`).

        Each search makes some thousand objects, after a few dozen of which Python looks through all
        there are, models' included: 50 to 70 ms. What is there now it need not look through again
        (`gc.freeze`), so call this once, when your program has loaded what it keeps. No language
        model is called, nor its client loaded: that takes the first question that asks it.
        """
        bound_arenas()
        self.probe()
        self._settled(lambda pipeline: pipeline.generator())
        gc.collect()
        gc.freeze()

    def probe(self) -> None:
        """A search that asks no language model. Raises ScholiumError where searches fail."""
        query = Query(WARM_UP)
        self._settled(lambda p: replace(p, rewrite=(), reranker=None).retrieve(query, 1))

    def search(
        self, text: str, where: Filter = Filter(), k: int = 10, history: Sequence[Turn] = ()
    ) -> Retrieval:
        """The ``k`` best chunks for ``text``. Raises UsageError on an unusable question.

        ``history`` has the earlier turns of a conversation, oldest first; ``text`` may refer to it.
        """
        query = self._query(text, where, history)
        with one_request():
            return self._settled(lambda pipeline: pipeline.retrieve(query, k))

    def ask(self, text: str, where: Filter = Filter(), history: Sequence[Turn] = ()) -> Answer:
        """A cited answer."""
        with one_request():
            pipeline, retrieval = self._evidence(text, where, history)
            return pipeline.answer(retrieval, partial(self._again, retrieval))

    def ask_stream(
        self, text: str, where: Filter = Filter(), history: Sequence[Turn] = ()
    ) -> Iterator[Retrieval | str | Step | Answer]:
        """What was found, then pieces of the answer as they are written, and the steps of an active
        method between them; the answer comes last and supersedes the pieces.
        """
        return as_one_request(self._streamed(text, where, history))

    def _streamed(
        self, text: str, where: Filter, history: Sequence[Turn]
    ) -> Generator[Retrieval | str | Step | Answer, None, None]:
        pipeline, retrieval = self._evidence(text, where, history)
        yield retrieval
        yield from pipeline.stream(retrieval, partial(self._again, retrieval))

    def check(self) -> list[str]:
        """What is inconsistent, one line each; nothing when all is well.

        What an interrupted or running ingest has put into the indexes but not yet shown is no
        inconsistency: searches leave it out, and the next ingest settles it.
        """
        for _ in range(CHECKS):
            state, problems = self._seen(), self._problems()
            if state == self._seen():
                break  # else a writer came between the catalog and the indexes
        return problems

    def _problems(self) -> list[str]:
        with self.catalog.snapshot():
            problems = self.catalog.problems()
            for row in self.papers():
                paper = self.catalog.paper(row.paper_id)
                chunks = self.catalog.chunks_of(paper.paper_id)
                wrong = sum(chunk.span.of(paper.text) != chunk.text for chunk in chunks)
                if wrong:
                    problems.append(f"{paper.paper_id}: {wrong} chunks differ from its text")
            doubtful, shown = self.catalog.unsettled(), self.catalog.chunk_ids()
        with self._opened() as opened:
            for index in opened.indexes:
                held = index.ids()
                missing, extra = len(shown - held), len(held - shown - doubtful)
                if missing or extra:
                    problems.append(
                        f"index {index.name}: {missing} chunks missing, {extra} too many"
                    )
        return problems

    def close(self) -> None:
        """Lets go of the files; searches that are under way may fail."""
        with self._opening:
            self._retire()
        self.catalog.close()

    def _evidence(
        self, text: str, where: Filter, history: Sequence[Turn]
    ) -> tuple[QueryPipeline, Retrieval]:
        """What to answer from. Generating needs no index, so nothing of it is ever done twice."""
        query = self._query(text, where, history)
        return self._settled(
            lambda pipeline: (pipeline, pipeline.retrieve(query, pipeline.evidence))
        )

    def _again(self, first: Retrieval, text: str, keep: int) -> Retrieval:
        """A search on the way to an answer, in the state that the library has by then."""
        return self._settled(lambda pipeline: pipeline.again(first, text, keep))

    def _query(self, text: str, where: Filter, history: Sequence[Turn]) -> Query:
        check_question(text)
        papers = frozenset(self.resolve(name) for name in where.papers)
        restricted = Filter(papers, where.roles, where.year_from, where.year_to)
        return Query(text, restricted, tuple(history))

    @contextmanager
    def _opened(self) -> Iterator[_Opened]:
        """Every index of the current state, those that are not searched included."""
        with ExitStack() as stack:
            with self._opening:
                lease = self._lease()
                opened = stack.enter_context(lease.using())
            yield opened

    def _lease(self) -> Lease[_Opened]:
        state = self._seen()
        if self._current is None or self._current.value.state != state:
            self._retire()
            indexes = self._open_indexes(self.catalog)
            assemble = partial(self._assemble, self.catalog)
            self._current = Lease(_Opened(state, indexes, assemble), _Opened.close)
        return self._current

    def _settled(self, act: Callable[[QueryPipeline], T]) -> T:
        """``act`` on the current state; once more if an index went away underneath it."""
        with self._opened() as opened:
            try:
                return act(opened.pipeline)
            except (SearchEngineError, LibraryError):
                if self._seen() == opened.state:
                    raise
        with self._opened() as opened:
            return act(opened.pipeline)

    def _seen(self) -> str:
        return f"{self.catalog.meta('index')}/{self.catalog.meta('generation')}"

    def _retire(self) -> None:
        if self._current:
            self._current.retire()
        self._current = None

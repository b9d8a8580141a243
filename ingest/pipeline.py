"""The ingestion path. Read this page first.

    file ─ parse ─ chunk ─ contextualise ─ elaborate ─ embed ─┬─ dense ─┬─ catalog: visible
                                                              └─ BM25 ──┘

A pipeline is a value: its fields are the stages, in the order in which a paper passes them.
`ingest.build` makes one from the configuration; `ingest.commands` has what programs call.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from ingest.admit import Prepared, admit
from ingest.characters import storable
from ingest.contextualise import Contextualiser
from ingest.elaborating.stage import Cut, Elaboration, without_lacking
from ingest.events import Embedded, Event, Failed, Found, Indexed, Parsed, Stored, Unchanged
from ingest.glossary import mine
from ingest.known import read_instead, reread, with_known
from ingest.sources import Sources
from ingest.versions import place, sort_out
from ingest.workers import Outcome
from rag.errors import CostLimit, EmbeddingError, SourceError
from rag.protocols import Chunker, Embedder, Index
from rag.store.catalog_writer import WritableCatalog
from rag.types import Chunk, Paper, Vector

EMBED_AT_ONCE = 256
"""Chunks between two reports of progress; they are sorted by length inside, so not too few."""


@dataclass(frozen=True)
class IngestPipeline:
    """From files to searchable papers.

    Papers are taken together until they have ``batch_chunks`` chunks: big batches embed and
    commit faster, small ones show results sooner and bound memory. ``elaboration`` has a language
    model write of the chunks, where one is to. Papers that the catalog holds are passed over, or,
    with ``again``, put in place of what an earlier reading made of them.
    """

    parse: Callable[[Iterable[Path]], Iterator[Outcome]]
    chunker: Chunker
    contextualise: Contextualiser
    elaboration: Elaboration | None
    embedder: Embedder
    indexes: tuple[Index, ...]
    catalog: WritableCatalog
    batch_chunks: int
    again: bool = False

    def run(self, found: Sources) -> Iterator[Event]:
        """Ingests what was found, telling what happens as it does. A file's failure is an event."""
        yield Found(len(found.files) + len(found.failures))
        yield from (Failed(failure.source, failure.reason) for failure in found.failures)
        sources = sort_out(found.files, self.catalog, self.again)
        yield from sources.events
        outcomes = read_instead(self.parse(sources.fresh), found.instead, self.parse)
        yield from self._take_in(with_known(outcomes, found.known))
        for copy, digest in sources.copies.items():
            yield self._copied(copy, digest)

    def run_parsed(self, papers: Iterable[Paper | SourceError], count: int) -> Iterator[Event]:
        """The same for ``count`` papers that were read before, elsewhere, or could not be."""
        yield Found(count)
        yield from self._take_in(Outcome(Path(paper.source), paper) for paper in papers)

    def cut(self, paper: Paper) -> list[Chunk]:
        """The paper's chunks, with their context but for what a language model writes."""
        return self.contextualise(paper, self.chunker.chunk(paper))

    def elaborated(self, paper: Paper) -> Generator[Event, None, Cut]:
        """The paper's chunks with all of it, and the paper with remarks on what is lacking now.

        Raises CostLimit.
        """
        cut = Cut(paper, self.cut(paper))
        if self.elaboration is None:
            return replace(cut, paper=without_lacking(paper))
        [made] = yield from self.elaboration.elaborate([cut])
        if isinstance(made, CostLimit):
            raise made
        return made

    def embed(self, chunks: Sequence[Chunk]) -> Generator[Event, None, Vector]:
        """Vectors of ``chunks``, ``(len(chunks), dimension)``, reporting progress on the way."""
        vectors = [np.zeros((0, self.embedder.dimension), np.float32)]
        for start in range(0, len(chunks), EMBED_AT_ONCE):
            texts = [chunk.indexed_text for chunk in chunks[start : start + EMBED_AT_ONCE]]
            began = perf_counter()
            vectors.append(self.embedder.embed_documents(texts))
            yield Embedded(len(texts), perf_counter() - began)
        return np.concatenate(vectors)

    def _take_in(self, outcomes: Iterable[Outcome]) -> Iterator[Event]:
        batch: list[Prepared] = []
        for outcome in outcomes:
            prepared = self._prepare(outcome, batch)
            if not isinstance(prepared, Prepared):
                yield prepared
                continue
            batch.append(prepared)
            yield _parsed(outcome, prepared)
            if sum(len(prepared.chunks) for prepared in batch) >= self.batch_chunks:
                yield from self._store(batch)
                batch = []
        yield from self._store(batch)

    def _prepare(self, outcome: Outcome, batch: Sequence[Prepared]) -> Prepared | Event:
        source, result = str(outcome.source), outcome.result
        if isinstance(result, SourceError):
            return Failed(source, result.reason)
        held = self.catalog.find(content_hash=result.content_hash)
        if held and not self.again:
            return Unchanged(result.source, held)
        placed, replaces = place(storable(result), self.catalog, [p.paper.paper_id for p in batch])
        if held:
            placed = reread(placed, self.catalog.paper(held))
        try:
            return Prepared(placed, self.cut(placed), replaces, mine(placed))
        except Exception as error:  # noqa: BLE001  one paper that can't be cut is not the run's end
            return Failed(source, f"can't be cut into chunks: {type(error).__name__}: {error}")

    def _elaborated(self, batch: Sequence[Prepared]) -> Generator[Event, None, list[Prepared]]:
        """The batch with what a language model writes, without the papers that cost too much."""
        if self.elaboration is None:
            return list(batch)
        results = yield from self.elaboration.elaborate([Cut(p.paper, p.chunks) for p in batch])
        kept = []
        for prepared, made in zip(batch, results, strict=True):
            if isinstance(made, CostLimit):
                yield Failed(prepared.paper.source, str(made))
            else:
                kept.append(replace(prepared, paper=made.paper, chunks=made.chunks))
        return kept

    def _store(self, cut: Sequence[Prepared]) -> Iterator[Event]:
        batch = yield from self._elaborated(cut)
        chunks = [chunk for prepared in batch for chunk in prepared.chunks]
        try:
            vectors = yield from self.embed(chunks)
        except EmbeddingError as error:
            yield from (
                Failed(prepared.paper.source, str(error), passing=True) for prepared in batch
            )
            return
        began = perf_counter()
        admit(batch, vectors, self.indexes, self.catalog)
        yield Indexed(len(chunks), perf_counter() - began)
        yield from map(_stored, batch)

    def _copied(self, path: Path, digest: str) -> Event:
        if paper_id := self.catalog.find(content_hash=digest):
            return Unchanged(str(path), paper_id)
        return Failed(str(path), "has the same content as another file that failed")


def _parsed(outcome: Outcome, prepared: Prepared) -> Parsed:
    pages, chunks = prepared.paper.pages, len(prepared.chunks)
    return Parsed(str(outcome.source), pages, chunks, outcome.seconds)


def _stored(prepared: Prepared) -> Stored:
    paper = prepared.paper
    return Stored(
        paper.source,
        paper.paper_id,
        paper.metadata.title,
        paper.pages,
        len(prepared.chunks),
        bool(prepared.replaces),
    )

"""The query path. Read this page first.

    question ─ filter ─ embed ─┬─ dense ─┐
                               └─ BM25 ──┴─ RRF ─ de-duplicate ─ generate ─ verify citations

A pipeline is a value: its fields are the stages, in the order in which a query passes them.
`rag.build` makes one from the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rag.fusion import distinct
from rag.protocols import Embedder, Fusion, Generator, Index
from rag.store.catalog import Catalog
from rag.trace import Stopwatch, hit_traces
from rag.types import Answer, Chunk, Draft, Query, Ranking, Retrieval, Trace, Variant


@dataclass(frozen=True)
class QueryPipeline:
    """From a question to a cited answer.

    ``embedder`` is None where no index searches by vector. ``generator`` makes the generator when
    the first answer asks for it: a search does without its models. ``depth`` is how far each index
    is read, ``duplicate_overlap`` how much two chunks share when one repeats the other,
    ``evidence`` how many chunks the generator sees.
    """

    embedder: Embedder | None
    indexes: tuple[Index, ...]
    fusion: Fusion
    catalog: Catalog
    generator: Callable[[], Generator]
    depth: int
    duplicate_overlap: float
    evidence: int

    def retrieve(self, query: Query, keep: int) -> Retrieval:
        """The ``keep`` best distinct chunks for ``query``, and how they were found."""
        watch = Stopwatch()
        variants = [Variant("original", query.text)]
        if self.embedder:
            with watch.stage("embed"):
                variants = _embedded(variants, self.embedder)
        rankings: list[Ranking] = []
        for index in self.indexes:
            with watch.stage(index.name):
                rankings += index.search(variants, max(self.depth, keep), query.where)
        with self.catalog.snapshot():  # else a writer could come between a chunk and its place
            with watch.stage("fuse"):
                fused = self.fusion.fuse(rankings)
                kept = distinct(self._visible(fused), self.duplicate_overlap, keep)
            with watch.stage("load"):
                evidence = self.catalog.evidence([(d.chunk, d.score) for d in kept])
        trace = Trace(tuple(variants), tuple(watch.stages), hit_traces(rankings, fused, kept))
        return Retrieval(query, evidence, trace)

    def answer(self, retrieval: Retrieval) -> Answer:
        """A cited answer from what was found."""
        watch = Stopwatch()
        with watch.stage("generate"):
            draft = self.generator().generate(retrieval.query, retrieval.evidence)
        return _answer(retrieval, draft, watch)

    def stream(self, retrieval: Retrieval) -> Iterator[str | Answer]:
        """Pieces of the answer as they are written; the answer comes last and supersedes them."""
        watch = Stopwatch()
        with watch.stage("generate"):
            for piece in self.generator().stream(retrieval.query, retrieval.evidence):
                if isinstance(piece, Draft):
                    draft = piece
                else:
                    yield piece
        yield _answer(retrieval, draft, watch)

    def _visible(self, fused: Ranking) -> list[tuple[Chunk, float]]:
        """The hits that the catalog shows: an index may hold more while a paper is coming in."""
        chunks = self.catalog.chunks([hit.chunk_id for hit in fused.hits])
        return [(chunks[h.chunk_id], h.score) for h in fused.hits if h.chunk_id in chunks]


def _embedded(variants: list[Variant], embedder: Embedder) -> list[Variant]:
    vectors = embedder.embed_queries([v.text for v in variants])
    return [replace(v, vector=vector) for v, vector in zip(variants, vectors, strict=True)]


def _answer(retrieval: Retrieval, draft: Draft, watch: Stopwatch) -> Answer:
    stages = (*retrieval.trace.stages, *watch.stages)
    return Answer(
        query=retrieval.query,
        text=draft.text,
        abstained=draft.abstained,
        citations=draft.citations,
        evidence=retrieval.evidence,
        trace=replace(retrieval.trace, stages=stages),
        unsupported=draft.unsupported,
        note=draft.note,
        usage=draft.usage,
    )

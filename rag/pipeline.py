"""The query path. Read this page first.

    question ─ contextualise ─ route ─┬─ original ────┐
                                      ├─ expansion ───┤  each variant x {dense, BM25}
                                      ├─ HyDE ────────┤        │
                                      └─ multi-query ─┘      fuse ─ rerank ─ fold ─┐
                                                                                   │
                       cited answer ─ verify citations ─ generate ─ select ────────┘
                                                           └─ asks again (`rag.active`, if on)

A pipeline is a value: its fields are the stages, in the order in which a query passes them.
`rag.build` makes one from the configuration. The original is searched for at once; what a language
model makes of it comes beside that, under one deadline, or not at all (`rag.transforming`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

from rag.answered import answered
from rag.distinct import Distinct, distinct
from rag.errors import EmbeddingError, ModelError
from rag.lifting import lifted
from rag.protocols import (
    Active,
    Embedder,
    Feedback,
    Fusion,
    Generator,
    Index,
    QueryTransform,
    Reranker,
    Search,
)
from rag.searching import Embedding, embedded, search_all
from rag.sharing import shared
from rag.store.catalog import Catalog
from rag.trace import Stopwatch, hit_traces, ms_since, spent_on
from rag.transforming import Transforming
from rag.types import (
    Answer,
    Candidate,
    Chunk,
    Draft,
    Query,
    Ranking,
    Retrieval,
    Status,
    Step,
    Trace,
    TransformTrace,
    Variant,
)

SPARE = 2
"""Hits looked up for each that is wanted, some of which may repeat others."""

FIRST = 20
"""Hits that feedback gets to see."""

EMBED_S = 0.5
"""What embedding variants may take where the deadline is all but over: a local model has done."""


@dataclass(frozen=True)
class QueryPipeline:
    """From a question to a cited answer.

    ``contextualise`` and ``route`` replace the query, one after the other; ``topic`` says what of
    a text is searched for; ``expand`` is quick and its variants are searched with the original;
    ``rewrite`` is slow and runs beside that search; ``feedback`` is quick and asks once more when
    the first hits are there. ``deadline_s`` bounds all that are slow together, and the embedding of
    what they make. ``embedder`` is None where no index searches by vector. ``generator`` makes the
    generator when the first answer asks for it, a search does without its models; the one that it
    makes reads what its selection makes of the evidence (`rag.select`). ``active``, where it is
    not None, makes what answers in the generator's place and searches again. ``depth`` is how
    far each index is read, ``candidates`` how many of the fused hits are reranked,
    ``rerank_inside`` whether that is done inside given papers alone, ``duplicate_overlap`` how much
    two chunks share when one repeats the other, ``evidence`` how many chunks the generator sees.
    """

    contextualise: QueryTransform | None
    route: QueryTransform | None
    topic: Callable[[str], str]
    expand: tuple[QueryTransform, ...]
    rewrite: tuple[QueryTransform, ...]
    feedback: Feedback | None
    deadline_s: float
    embedder: Embedder | None
    indexes: tuple[Index, ...]
    fusion: Fusion
    reranker: Reranker | None
    catalog: Catalog
    generator: Callable[[], Generator]
    active: Callable[[], Active] | None
    depth: int
    candidates: int
    rerank_inside: bool
    duplicate_overlap: float
    evidence: int

    def retrieve(self, query: Query, keep: int) -> Retrieval:
        """The ``keep`` best distinct chunks for ``query``, and how they were found."""
        watch, transforms = Stopwatch(), Transforming(self.deadline_s)
        asked, variants = self._understood(query, transforms)
        transforms.begin(self.rewrite, asked)
        rankings = self._search(self._embedded(variants, watch), asked, keep, watch)
        with watch.stage("rewrite"):
            rewritten = self._about(asked, transforms.finish())
        forms = self._perhaps_embedded(rewritten, asked, transforms, watch)
        rankings += self._search(forms, asked, keep, watch)
        again = self._again(asked, rankings, keep, transforms)
        forms = self._perhaps_embedded(again, asked, transforms, watch)
        rankings += self._search(forms, asked, keep, watch)
        with watch.stage("fuse"):
            rankings = self._lifted(rankings, keep)
            fused = self.fusion.fuse(rankings)
            candidates = self._candidates(asked, fused, keep)
        with watch.stage("rerank"):
            ranked, judged = self._reranked(asked, candidates, rankings)
        with watch.stage("load"):
            kept = self._kept(asked, ranked, keep)
            evidence = self.catalog.evidence([(d.chunk, d.score) for d in kept])
        trace = Trace(
            (*variants, *rewritten, *again),
            (*transforms.traces, *judged),
            tuple(watch.stages),
            hit_traces(rankings, fused, ranked, kept),
        )
        return Retrieval(query, asked, evidence, trace)

    def answer(self, retrieval: Retrieval, search: Search | None = None) -> Answer:
        """A cited answer from what was found, and from what ``search`` finds on the way to it."""
        if self.active:
            return [p for p in self.stream(retrieval, search) if isinstance(p, Answer)][-1]
        watch = Stopwatch()
        with watch.stage("generate"):
            draft = self.generator().generate(retrieval.searched, retrieval.evidence)
        return answered(retrieval, draft, watch)

    def stream(
        self, retrieval: Retrieval, search: Search | None = None
    ) -> Iterator[str | Step | Answer]:
        """Pieces of the answer as they are written, and steps that are taken between them; the
        answer comes last and supersedes the pieces.
        """
        watch, steps = Stopwatch(), list[Step]()
        with watch.stage("generate"):
            for piece in self._written(retrieval, search or partial(self.again, retrieval)):
                if isinstance(piece, Draft):
                    draft = piece
                else:
                    steps += [piece] if isinstance(piece, Step) else []
                    yield piece
        yield answered(retrieval, draft, watch, steps)

    def again(self, first: Retrieval, text: str, keep: int) -> Retrieval:
        """What is found for ``text`` on the way from ``first`` to an answer: where the text says,
        inside the user's filter, else where the question was searched for. No model rewrites it.
        """
        query = Query(text, first.query.where)
        named = self.route.transform(query).query if self.route else None
        plain = replace(self, contextualise=None, rewrite=())
        return plain.retrieve(named or replace(query, where=first.searched.where), keep)

    def _written(self, found: Retrieval, search: Search) -> Iterator[str | Step | Draft]:
        query, evidence = found.searched, found.evidence
        if self.active:
            return self.active().stream(query, evidence, search)
        return self.generator().stream(query, evidence)

    def _understood(
        self, query: Query, transforms: Transforming
    ) -> tuple[Query, tuple[Variant, ...]]:
        """The query as it is searched for, and the variants that are there at once."""
        recalled: tuple[Variant, ...] = ()
        if self.contextualise and query.history:
            made = transforms.apply(self.contextualise, query)
            query, recalled = made.query or query, made.variants
        variants = [Variant("original", query.text), *recalled]
        for transform in filter(None, (self.route, *self.expand)):  # none takes a millisecond
            made = transforms.now(transform, query)
            query = made.query or query
            variants += made.variants
        return query, self._about(query, variants)

    def _about(self, query: Query, variants: Sequence[Variant]) -> tuple[Variant, ...]:
        """The variants without the words of a request, where the whole library is asked: inside
        a paper, "previous work" is a thing to look for.
        """
        if query.where.papers:
            return tuple(variants)
        return tuple(v if v.passage else replace(v, text=self.topic(v.text)) for v in variants)

    def _again(
        self, query: Query, rankings: Sequence[Ranking], keep: int, transforms: Transforming
    ) -> tuple[Variant, ...]:
        """What to ask after the first hits."""
        if self.feedback is None:
            return ()
        first = self.catalog.candidates(self.fusion.fuse(self._lifted(rankings, keep)), FIRST)
        return transforms.now(self.feedback.after(first), query).variants

    def _embedded(self, variants: Sequence[Variant], watch: Stopwatch) -> Sequence[Variant]:
        """The variants with their vectors, made in one batch."""
        if self.embedder is None:
            return variants
        with watch.stage("embed"):
            return embedded(variants, self.embedder)

    def _perhaps_embedded(
        self,
        variants: tuple[Variant, ...],
        query: Query,
        transforms: Transforming,
        watch: Stopwatch,
    ) -> Sequence[Variant]:
        """The same for what came later, under the transforms' deadline. Where it fails or is late,
        the variants are left to be searched for by words: the question's own hits are there.
        """
        if self.embedder is None or not variants:
            return variants
        embedding = transforms.following(EMBED_S)
        with watch.stage("embed"):
            made = embedding.apply(Embedding(variants, self.embedder), query)
        transforms.traces += [t for t in embedding.traces if t.status is not Status.DONE]
        return made.variants or variants

    def _search(
        self, variants: Sequence[Variant], query: Query, keep: int, watch: Stopwatch
    ) -> list[Ranking]:
        """Every variant in every index, searched in one batch."""
        if not variants:
            return []
        rankings: list[Ranking] = []
        for index in self.indexes:
            with watch.stage(index.name):
                rankings += search_all(index, variants, max(self.depth, keep), query.where)
        return rankings

    def _lifted(self, rankings: Sequence[Ranking], keep: int) -> list[Ranking]:
        return lifted(rankings, self.catalog.homes_of, max(self.depth, keep))

    def _judge(self, query: Query) -> Reranker | None:
        return self.reranker if query.where.papers or not self.rerank_inside else None

    def _candidates(self, query: Query, fused: Ranking, keep: int) -> list[Candidate]:
        """What is reranked; where nothing is, enough for ``keep`` distinct hits, as looking up
        hundreds takes as long as all the rest.
        """
        if self._judge(query):
            return self.catalog.candidates(fused, max(self.candidates, keep))
        count = SPARE * keep
        while True:
            found = self.catalog.candidates(fused, count)
            if len(found) < count or len(distinct(_scored(found), self.duplicate_overlap)) >= keep:
                return found
            count *= SPARE

    def _kept(
        self, query: Query, ranked: Sequence[tuple[Chunk, float]], keep: int
    ) -> list[Distinct]:
        """The first that say different things; of each paper, where two or three are asked."""
        papers = query.where.papers
        found = distinct(ranked, self.duplicate_overlap, keep if len(papers) < 2 else None)
        return shared(found, papers, keep)

    def _reranked(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> tuple[list[tuple[Chunk, float]], list[TransformTrace]]:
        """The candidates in the reranker's order, or as they are where it fails; ties stay."""
        reranker = self._judge(query)
        if reranker is None or not candidates:
            return _scored(candidates), []
        start = perf_counter()
        try:
            judged = reranker.rerank(query, candidates, rankings)
        except (ModelError, EmbeddingError) as error:
            failed = TransformTrace(
                reranker.name, Status.FAILED, ms_since(start), str(error), spent_on(error)
            )
            return _scored(candidates), [failed]
        done = TransformTrace(
            reranker.name, Status.DONE, ms_since(start), judged.note, judged.usage
        )
        scored = zip((c.chunk for c in candidates), judged.scores, strict=True)
        return sorted(scored, key=lambda pair: -pair[1]), [done]


def _scored(candidates: Sequence[Candidate]) -> list[tuple[Chunk, float]]:
    return [(candidate.chunk, candidate.score) for candidate in candidates]

"""Questions with every chunk of their papers, and how much of the evidence each chunk holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.relevance import Shingles, relevant, shingles, words
from eval.training.split import groups
from rag.protocols import Embedder, Index
from rag.store.catalog import Catalog
from rag.types import (
    Candidate,
    Chunk,
    Filter,
    Hit,
    Query,
    Ranking,
    Role,
    Section,
    Variant,
    Vector,
)

DEPTH = 200
"""How far rankings are read, as `search.depth` has it."""

Weights = NDArray[np.float32]
Turn = Callable[[Vector], Vector]


def unturned(vectors: Vector) -> Vector:
    """No adapter."""
    return vectors


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, the ids of the papers that it is asked within, and each annotator's passages."""

    text: str
    papers: tuple[str, ...]
    evidence: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A further variant of a question: its name, its vector ``(d,)``, unadapted, whether it reads
    like the answer, and its BM25 ranking.
    """

    name: str
    vector: Vector
    passage: bool
    lexical: Ranking


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A question and all that it could find.

    ``candidates`` are all chunks of its papers, ``documents`` their vectors ``(n, d)``, ``vector``
    the question's ``(d,)``, unadapted, ``lexical`` the BM25 ranking, ``gains`` ``(n,)`` how much
    of the evidence each candidate holds, of sum 1. ``others`` are further wordings of the question.
    """

    judged: Judged
    candidates: tuple[Candidate, ...]
    documents: Vector
    vector: Vector
    lexical: Ranking
    gains: Weights
    others: tuple[Wording, ...] = ()

    @property
    def query(self) -> Query:
        return Query(self.judged.text, Filter(frozenset(self.judged.papers)))

    def rankings(self, turn: Turn) -> list[Ranking]:
        """What the indexes find, ``turn`` being the adapter of vectors that ask ``(m, d)``."""
        found = [self.lexical, self._dense("original", turn(self.vector[None])[0])]
        for other in self.others:
            turned = other.vector if other.passage else turn(other.vector[None])[0]
            found += [other.lexical, self._dense(other.name, turned)]
        return found

    def _dense(self, variant: str, vector: Vector) -> Ranking:
        ids = [candidate.chunk.chunk_id for candidate in self.candidates]
        scored = list(zip(ids, (self.documents @ vector).tolist(), strict=True))
        return Ranking.from_scores(f"dense/{variant}", scored, DEPTH)

    def alone(self) -> Example:
        """The same in the one wording of its asker."""
        return replace(self, others=())

    def without_sections(self) -> Example:
        """The same of papers whose sections nobody found, for the ranker not to lean on them."""
        nowhere = Section("", "", 1, Role.OTHER)
        return replace(
            self,
            candidates=tuple(
                replace(c, path=(nowhere,), chunk=replace(c.chunk, section=0), position=0.0)
                for c in self.candidates
            ),
        )


def collect(
    questions: Sequence[Judged],
    catalog: Catalog,
    lexical: Index,
    embedder: Embedder,
    on_paper: Callable[[], None] = lambda: None,
) -> list[Example]:
    """An example for each question whose evidence is found in the library.

    ``embedder`` is without adapter. Documents are embedded anew, whatever index holds their
    vectors; ``on_paper`` is called after each paper.
    """
    papers = _Papers(catalog, embedder, on_paper)
    vectors = embedder.embed_queries([question.text for question in questions])
    found = zip(questions, vectors, strict=True)
    return [e for q, vector in found if (e := _example(q, vector, papers, lexical)) is not None]


def gains(evidence: Sequence[Sequence[str]], texts: Sequence[str]) -> Weights:
    """How much of the evidence each text holds, float32 ``(n,)``, of sum 1; or all 0.

    The larger of two shares: of a passage's shingles that stand in the text, and, where this is
    half or more, of the text's shingles that stand in a passage.
    """
    passages = [shingles(p) for annotator in evidence for p in annotator if words(p)]
    values = np.array([_gain(shingles(text), passages) for text in texts], dtype=np.float32)
    total = values.sum()
    return values / total if total > 0 else values


def _gain(text: Shingles, passages: Sequence[Shingles]) -> float:
    held = [len(text & p) / len(p) for p in passages if relevant(text, p)]
    inside = [len(text & p) / len(text) for p in passages if relevant(text, p)]
    return max([*held, *(share for share in inside if share >= 0.5)], default=0.0)


def _example(question: Judged, vector: Vector, papers: _Papers, lexical: Index) -> Example | None:
    held = [papers.get(paper_id) for paper_id in question.papers]
    candidates = tuple(candidate for candidates, _ in held for candidate in candidates)
    found = gains(question.evidence, [candidate.chunk.text for candidate in candidates])
    if not found.any():
        return None
    where = Filter(frozenset(question.papers))
    ranking = lexical.search([Variant("original", question.text)], DEPTH, where)[0]
    documents = np.concatenate([vectors for _, vectors in held])
    return Example(question, candidates, documents, vector, ranking, found)


class _Papers:
    """The candidates and vectors of each paper, made once."""

    def __init__(self, catalog: Catalog, embedder: Embedder, done: Callable[[], None]) -> None:
        self._catalog, self._embedder, self._done = catalog, embedder, done
        self._known: dict[str, tuple[list[Candidate], Vector]] = {}

    def get(self, paper_id: str) -> tuple[list[Candidate], Vector]:
        if paper_id not in self._known:
            chunks = self._catalog.chunks_of(paper_id)
            vectors = self._embedder.embed_documents([chunk.indexed_text for chunk in chunks])
            self._known[paper_id] = self._catalog.candidates(_all(chunks), len(chunks)), vectors
            self._done()
        return self._known[paper_id]


def _all(chunks: Sequence[Chunk]) -> Ranking:
    return Ranking("all", tuple(Hit(c.chunk_id, 0.0, i) for i, c in enumerate(chunks, 1)))


def folds(
    examples: Sequence[Example], count: int, seed: int
) -> Iterator[tuple[list[int], list[int]]]:
    """Positions to fit on and to hold out, ``count`` times; a paper is never on both sides.

    Papers that a question joins stay together.
    """
    group = groups(example.judged for example in examples)
    names = sorted(set(group.values()))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[place]: i % count for i, place in enumerate(order)}
    of = [fold[group[example.judged.papers[0]]] for example in examples]
    for k in range(count):
        yield (
            [i for i, f in enumerate(of) if f != k],
            [i for i, f in enumerate(of) if f == k],
        )

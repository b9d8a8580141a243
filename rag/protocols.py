"""What a stage must offer to take part. Each protocol has one conformance suite in tests/."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag.types import (
    Answer,
    Candidate,
    Chunk,
    Comparison,
    Completion,
    Draft,
    Entry,
    Evidence,
    Filter,
    Judgement,
    KnownTerm,
    Message,
    NamedPaper,
    NameKind,
    Paper,
    Query,
    Ranking,
    ReadPassage,
    Retrieval,
    Rewriting,
    Selected,
    Statement,
    Step,
    Variant,
    Vector,
    Verdicts,
    WeighedSentence,
)


class Parser(Protocol):
    """Reads one kind of file."""

    def parse(self, source: Path) -> Paper:
        """The paper in ``source``; raises ``SourceError`` if there is none to be had."""
        ...


class Chunker(Protocol):
    """Cuts a paper into chunks."""

    def chunk(self, paper: Paper) -> list[Chunk]:
        """Chunks in reading order: each inside one section, with ``paper.text[span] == text``."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors: float32 ``(n, dimension)``, L2-normalised rows."""

    @property
    def dimension(self) -> int: ...

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        """Vectors of what is searched; no texts give shape ``(0, dimension)``."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        """Vectors of what is asked."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of the model's tokens each text has, special tokens left out."""
        ...


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[str]) -> list[ReadPassage]:
        """One for each passage, whatever the others are; no passages give none.

        May raise EmbeddingError.
        """
        ...


TokenCounter = Callable[[Sequence[str]], list[int]]
"""`Embedder.count_tokens`, where nothing else of the embedder is needed."""


class Index(Protocol):
    """Finds chunks, by vector or by word."""

    @property
    def name(self) -> str: ...

    def add(self, entries: Sequence[Entry]) -> None:
        """Adds or replaces, durably: after the return a crash loses none of it."""
        ...

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Removes durably what is there; unknown ids are no error."""
        ...

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        """One ranking of at most ``depth`` hits per variant, in their order.

        A ranking's source is ``"{index name}/{variant name}"``.
        """
        ...

    def ids(self) -> set[str]:
        """Every chunk id held."""
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...


class QueryTransform(Protocol):
    """Rewrites a query, or finds other forms of it to search with."""

    @property
    def name(self) -> str: ...

    def transform(self, query: Query) -> Rewriting:
        """What it makes of ``query``; an empty rewriting where it has nothing to say.

        May raise any ScholiumError: the query then goes on without it.
        """
        ...


class Feedback(Protocol):
    """Asks again with what the first hits say."""

    def after(self, found: Sequence[Candidate]) -> QueryTransform:
        """A transform that has read ``found``, the best hits first."""
        ...


class Terms(Protocol):
    """Knows short forms and what they stand for. Keys are those of `rag.naming`."""

    def of_short(self, keys: Collection[str], papers: frozenset[str]) -> list[KnownTerm]:
        """What short forms stand for in ``papers`` (none: in all), the commonest first."""
        ...

    def of_long(self, keys: Collection[str], papers: frozenset[str]) -> list[KnownTerm]:
        """What long forms are called for short, in the same way."""
        ...


class Names(Protocol):
    """Knows what papers are called. Keys are those of `rag.naming`."""

    def named(
        self, keys: Collection[str], kinds: Collection[NameKind], year: int | None = None
    ) -> list[NamedPaper]:
        """The papers with a name of one of ``keys`` and ``kinds``, of about ``year``."""
        ...

    def beginning(self, key: str, kinds: Collection[NameKind]) -> list[NamedPaper]:
        """The papers with a name whose key begins with ``key``."""
        ...

    def leaves_any(self, where: Filter) -> bool:
        """Whether any chunk is let through by ``where``."""
        ...


class Fusion(Protocol):
    """Makes one ranking of several."""

    def fuse(self, rankings: Sequence[Ranking]) -> Ranking:
        """The fused ranking, with source ``"fused"``."""
        ...


class Reranker(Protocol):
    """Judges candidates anew, with more care than the indexes can afford."""

    @property
    def name(self) -> str: ...

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        """A score for each candidate.

        ``candidates`` come in the order of the fusion, ``rankings`` are the lists that it fused:
        a candidate need not be in all of them, nor in any. No candidates give no scores.
        May raise ModelError or EmbeddingError: the order of the fusion stays then.
        """
        ...


class Completer(Protocol):
    """A language model."""

    @property
    def name(self) -> str: ...

    def complete(self, messages: Sequence[Message]) -> Completion:
        """What it answers to ``messages``. Raises ModelError."""
        ...


class Judge(Protocol):
    """Takes a second look at what an answer says."""

    @property
    def name(self) -> str: ...

    def judge(self, statements: Sequence[Statement]) -> Verdicts:
        """One verdict for each statement, by what it cites alone; no statements give none.

        May raise ModelError or EmbeddingError: the answer then goes without.
        """
        ...


SentenceWeigher = Callable[[Query, Sequence[Evidence]], list[WeighedSentence]]
"""Weighs the sentences of evidence; those that it does not list were not looked at. May raise
EmbeddingError."""


class SelectionStep(Protocol):
    """Leaves evidence out, completes it, or says what of it matters."""

    @property
    def name(self) -> str: ...

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        """What a generator is to read in place of ``evidence``, ranked from 1.

        Every text is the paper's own, ``paper.text[span] == text``, and where there was evidence
        there is some. May raise ModelError or EmbeddingError: the evidence stays as it is then.
        """
        ...


class Generator(Protocol):
    """Writes a cited answer from evidence."""

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """An answer whose citations all point into ``evidence``."""
        ...

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """The same, as pieces of text while they are written; the draft comes last."""
        ...


class Comparer(Protocol):
    """Sets side by side what several papers say."""

    def compare(
        self, question: str, papers: Sequence[tuple[str, str]], ask: Callable[[str], Answer]
    ) -> Comparison:
        """What ``papers`` (id and title) say on ``question``: ``ask`` has the answer of the one
        with an id. Raises what ``ask`` raises.
        """
        ...


Search = Callable[[str, int], Retrieval]
"""Searches the library once more, for a text, and keeps so many chunks."""


class Active(Protocol):
    """Writes a cited answer, and searches again on the way."""

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        """Pieces of text and steps as they come; the draft comes last.

        Its citations all point into its ``evidence``, or where that is None into what was given.
        """
        ...

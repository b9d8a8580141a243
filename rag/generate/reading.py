"""A question beside the sentences that may answer it, all with their vectors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rag.generate.candidates import Candidate, candidates
from rag.generate.linear_model import Matrix
from rag.generate.preselection import preselect
from rag.generate.question import Question
from rag.protocols import Embedder, Reader
from rag.text import analyse
from rag.types import Evidence, ReadPassage, Span, Vector

EMBEDDED = 48
"""Sentences that are embedded for one question: what bounds the time."""

UNLIKELY = -8.0
"""No sentence is thought less likely than this to be the answer, by the mean over its tokens."""

WORDS = 12
"""Words of a question that are embedded by themselves: a text pasted in as one has hundreds."""

_WORD = re.compile(r"[^\W_]+(?:[-_.'][^\W_]+)*")


@dataclass(frozen=True, eq=False)  # no slots, as a cached property has none
class Reading:
    """What is known of a question and of the sentences found for it.

    ``vectors`` are the sentences' ``(n, d)``; ``vector`` is the question's ``(d,)``, ``turned`` the
    same turned towards what answers (`rag.embed.adapter`); ``unmet`` has the vectors of the
    question's words that no passage has. All float32 and L2-normalised. ``passages`` is what a
    reader made of each piece of evidence, and empty without one.
    """

    question: Question
    evidence: tuple[Evidence, ...]
    found: tuple[Candidate, ...]
    vectors: Vector = field(repr=False)
    vector: Vector = field(repr=False)
    turned: Vector = field(repr=False)
    unmet: Mapping[str, Vector] = field(repr=False)
    passages: tuple[ReadPassage, ...] = field(default=(), repr=False)

    @property
    def cosines(self) -> Matrix:
        """Of the sentences to the question."""
        return np.asarray(self.vectors @ self.vector, dtype=np.float64)

    @property
    def turned_cosines(self) -> Matrix:
        """Of the sentences to the turned question."""
        return np.asarray(self.vectors @ self.turned, dtype=np.float64)

    @property
    def relevance(self) -> Matrix:
        """Of each sentence's passage, as the reader has it, ``(n,)``."""
        return self._by_reader[0]

    @property
    def answering(self) -> Matrix:
        """How much each sentence looks like the answer to the reader, ``(n,)``."""
        return self._by_reader[1]

    @cached_property
    def _by_reader(self) -> tuple[Matrix, Matrix]:
        return _as_read(self.found, self.evidence, self.passages)


def read(
    text: str,
    evidence: Sequence[Evidence],
    embedder: Embedder,
    asking: Embedder,
    most: int = EMBEDDED,
    reader: Reader | None = None,
) -> Reading:
    """The question ``text`` beside the ``most`` likely sentences of its evidence; ``asking`` embeds
    turned questions. A reader says which are likely, else shared words do.

    Raises EmbeddingError.
    """
    question = Question(text)
    passages = reader.read(text, [e.chunk.indexed_text for e in evidence]) if reader else []
    known = candidates(evidence)
    if reader:
        found = _likeliest(preselect(question, known, len(known)), evidence, passages, most)
    else:
        found = preselect(question, known, most)
    vectors = embedder.embed_documents([candidate.shown for candidate in found])
    vector, turned = embedder.embed_queries([text])[0], asking.embed_queries([text])[0]
    words = unmet_words(text, evidence)[:WORDS]
    unmet = dict(zip(words, embedder.embed_documents(words), strict=True))
    return Reading(
        question, tuple(evidence), tuple(found), vectors, vector, turned, unmet, tuple(passages)
    )


def _likeliest(
    found: Sequence[Candidate],
    evidence: Sequence[Evidence],
    passages: Sequence[ReadPassage],
    most: int,
) -> list[Candidate]:
    """The ``most`` sentences that the reader thinks most of, in order."""
    relevance, answering = _as_read(found, evidence, passages)
    kept = np.argsort(-(relevance + answering), kind="stable")[:most]
    return [found[i] for i in sorted(kept)]


def _as_read(
    found: Sequence[Candidate], evidence: Sequence[Evidence], passages: Sequence[ReadPassage]
) -> tuple[Matrix, Matrix]:
    """Of each sentence, the relevance of its passage and how much it looks like the answer."""
    read = {id(item): passage for item, passage in zip(evidence, passages, strict=True)}
    of = [read[id(candidate.evidence)] for candidate in found]
    answering = [_answering(passage, each) for passage, each in zip(of, found, strict=True)]
    return np.array([passage.relevance for passage in of]), np.array(answering)


def _answering(passage: ReadPassage, sentence: Candidate) -> float:
    """What the reader does not see to the end of is as unlikely as can be."""
    chunk = sentence.evidence.chunk
    shift = len(chunk.indexed_text) - len(chunk.text)
    span = Span(sentence.span.start + shift, sentence.span.end + shift)
    return max(UNLIKELY, passage.of(span))


def unmet_words(text: str, evidence: Sequence[Evidence]) -> list[str]:
    """The words of ``text`` that have a term which is in no passage nor on a title page."""
    known = terms_of(evidence)
    return [w for w in dict.fromkeys(_WORD.findall(text)) if not known.issuperset(analyse(w))]


def terms_of(evidence: Sequence[Evidence]) -> frozenset[str]:
    """What the passages and their papers' title pages speak of."""
    pages = {" ".join((e.metadata.title, *e.metadata.authors)) for e in evidence}
    texts = {item.chunk.indexed_text for item in evidence} | pages
    return frozenset().union(*map(analyse, texts))

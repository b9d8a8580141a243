"""Answers without a language model: the best supporting sentences, word for word.

Each sentence of the evidence gets its log odds of answering the question from a small logistic
model (`rag.generate.sentence_features`); a second one judges whether the evidence answers it at
all (`rag.generate.answerable`). docs/models.md says what they were fitted on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rag.citations import cite, reference
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import answerable_features
from rag.generate.candidates import Candidate, candidates
from rag.generate.linear_model import Matrix, Weights, shipped_weights
from rag.generate.question import Question
from rag.generate.sentence_features import NAMES, features, preselect
from rag.protocols import Embedder
from rag.text import analyse
from rag.types import Draft, Evidence, Query, Role

NEAREST = 3
EMBEDDED = 30
"""Sentences that are embedded for one question: what bounds the time."""

SAME = 0.5
"""Two sentences that share this much of their terms say the same."""


class ExtractiveGenerator:
    """Quotes at most ``max_sentences`` sentences with at most ``max_words`` words in all.

    A best sentence longer than that is passed over for the next one. Raises EmbeddingError.
    """

    def __init__(self, embedder: Embedder, max_words: int = 120, max_sentences: int = 4) -> None:
        self._embedder = embedder
        self._max_words = max_words
        self._max_sentences = max_sentences
        self._weights: Weights = shipped_weights()

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        question = Question(query.text)
        found, rows = supported(self._embedder, question, evidence)
        if not found:
            return _not_found(evidence)
        logits = self._weights.sentence.logits(NAMES, rows)
        judged = answerable_features(question, evidence, rows)
        odds = self._weights.answerable.logits(ANSWERABLE_NAMES, judged)[0]
        margin = self._weights.margin
        chosen = choose(found, logits, margin, self._max_words, self._max_sentences)
        if odds < self._weights.threshold or not chosen:
            return _not_found(evidence)
        return _written(chosen)

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        draft = self.generate(query, evidence)
        yield draft.text
        yield draft


def choose(
    found: Sequence[Candidate], odds: Matrix, margin: float, max_words: int, max_sentences: int
) -> list[Candidate]:
    """The best sentences that fit, best first: the answer should not have to be looked for."""
    least = max(odds, default=0.0) - margin
    chosen: list[Candidate] = []
    words = 0
    for i in np.argsort(-odds, kind="stable"):
        length = len(found[i].shown.split())
        if len(chosen) == max_sentences or odds[i] < least:
            break
        fits = words + length <= max_words and (not chosen or found[i].reads_alone)
        if fits and not _repeats(found[i], chosen):
            chosen.append(found[i])
            words += length
    return chosen


def supported(
    embedder: Embedder, question: Question, evidence: Sequence[Evidence]
) -> tuple[list[Candidate], Matrix]:
    """The sentences worth weighing, and their features, a row each."""
    found = preselect(question, candidates(evidence), EMBEDDED)
    query_vector = embedder.embed_queries([question.text])[0]
    vectors = embedder.embed_documents([candidate.shown for candidate in found])
    return found, features(question, found, vectors, query_vector)


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    own = frozenset(analyse(candidate.shown))
    others = [frozenset(analyse(other.shown)) for other in chosen]
    return any(len(own & other) >= SAME * len(own | other) for other in others)


def _written(chosen: Sequence[Candidate]) -> Draft:
    text = " ".join(f"{candidate.shown} [{n}]" for n, candidate in enumerate(chosen, 1))
    citations = tuple(cite(n, c.evidence, c.span) for n, c in enumerate(chosen, 1))
    return Draft(text, citations)


def _not_found(evidence: Sequence[Evidence]) -> Draft:
    if not evidence:
        return Draft("Not found in these papers: nothing there matches the question.", (), True)
    shown = [e for e in evidence if e.section.role is not Role.REFERENCES] or evidence
    places = [reference(e, e.chunk.pages[0] if e.chunk.pages else None) for e in shown]
    nearest = "; ".join(list(dict.fromkeys(places))[:NEAREST])
    return Draft(
        "Not found in these papers: no sentence answers the question well enough to be quoted. "
        f"The nearest places are {nearest}.",
        (),
        abstained=True,
    )

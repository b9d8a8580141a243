"""Answers without a language model: the best supporting sentences, word for word.

Each sentence of the evidence gets its log odds of answering the question from a small logistic
model (`rag.generate.sentence_features`), which goes by a reader of question and passage together
where there is one; a second model judges whether the evidence answers it at all
(`rag.generate.answerable`). docs/models.md says what they were fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from rag.citations import cite
from rag.generate.abstaining import not_found
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import answerable_features
from rag.generate.candidates import Candidate
from rag.generate.linear_model import Weights, shipped_weights
from rag.generate.reading import Reading, read
from rag.generate.selection import Limits, choose
from rag.generate.sentence_features import NAMES, features
from rag.protocols import Embedder, Reader
from rag.types import Draft, Evidence, Query


class ExtractiveGenerator:
    """Quotes at most ``max_sentences`` sentences with at most ``max_words`` words in all.

    ``asking`` embeds questions turned towards what answers them; by default ``embedder`` does.
    ``reader`` gives what reads the passages, when there is something to be read. Raises
    EmbeddingError.
    """

    def __init__(
        self,
        embedder: Embedder,
        max_words: int = 180,
        max_sentences: int = 8,
        asking: Embedder | None = None,
        reader: Callable[[], Reader] | None = None,
    ) -> None:
        self._embedder = embedder
        self._asking = asking or embedder
        self._reader = reader
        self._weights: Weights = shipped_weights(reader=reader is not None)
        self._limits = Limits(max_words, max_sentences, self._weights.margin)

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        reader = self._reader() if self._reader and evidence else None
        reading = read(query.text, evidence, self._embedder, self._asking, reader=reader)
        if not reading.found:
            return not_found(query.text, evidence, ())
        odds = self._weights.sentence.logits(NAMES, features(reading))
        if self._answers(reading):
            chosen = choose(reading.found, odds, self._limits, query.where.papers)
            if chosen:
                return _written(chosen)
        nearest = [reading.found[i] for i in np.argsort(-odds, kind="stable")]
        return not_found(query.text, evidence, nearest)

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        draft = self.generate(query, evidence)
        yield draft.text
        yield draft

    def _answers(self, reading: Reading) -> bool:
        judged = self._weights.answerable.logits(ANSWERABLE_NAMES, answerable_features(reading))
        return bool(judged[0] >= self._weights.threshold)


def _written(chosen: Sequence[Candidate]) -> Draft:
    text = " ".join(f"{candidate.shown} [{n}]" for n, candidate in enumerate(chosen, 1))
    citations = tuple(cite(n, c.evidence, c.span) for n, c in enumerate(chosen, 1))
    return Draft(text, citations)

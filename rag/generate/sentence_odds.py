"""How likely each sentence of the evidence is to answer the question, by the extractive model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.generate.linear_model import shipped_weights
from rag.generate.reading import read
from rag.generate.sentence_features import NAMES, features
from rag.protocols import Embedder
from rag.types import Evidence, Query, WeighedSentence

WEIGHED = 16
"""Sentences: a language model is asked only when they are, and each takes two milliseconds."""


@dataclass(frozen=True)
class SentenceOdds:
    """Weighs the ``most`` likely of the sentences that an extractive answer is chosen from;
    ``asking`` embeds questions turned towards what answers them. Raises EmbeddingError.
    """

    embedder: Embedder
    asking: Embedder
    most: int = WEIGHED

    def __call__(self, query: Query, evidence: Sequence[Evidence]) -> list[WeighedSentence]:
        reading = read(query.text, evidence, self.embedder, self.asking, self.most)
        if not reading.found:
            return []
        odds = shipped_weights(reader=False).sentence.logits(NAMES, features(reading))
        places = {id(each): at for at, each in enumerate(evidence)}
        return [
            WeighedSentence(places[id(candidate.evidence)], candidate.span, float(each))
            for candidate, each in zip(reading.found, odds, strict=True)
        ]

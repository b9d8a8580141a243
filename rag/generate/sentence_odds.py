"""How likely each sentence of the evidence is to answer the question, by the extractive model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.generate.extractive import supported
from rag.generate.linear_model import shipped_weights
from rag.generate.question import Question
from rag.generate.sentence_features import NAMES
from rag.protocols import Embedder
from rag.types import Evidence, Query, WeighedSentence


@dataclass(frozen=True)
class SentenceOdds:
    """Weighs the sentences that an extractive answer is chosen from. Raises EmbeddingError."""

    embedder: Embedder

    def __call__(self, query: Query, evidence: Sequence[Evidence]) -> list[WeighedSentence]:
        found, rows = supported(self.embedder, Question(query.text), evidence)
        if not found:
            return []
        odds = shipped_weights().sentence.logits(NAMES, rows)
        places = {id(each): at for at, each in enumerate(evidence)}
        return [
            WeighedSentence(places[id(candidate.evidence)], candidate.span, float(each))
            for candidate, each in zip(found, odds, strict=True)
        ]

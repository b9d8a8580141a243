"""What speaks for the evidence holding an answer at all, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.generate.linear_model import Matrix
from rag.generate.question import Question
from rag.generate.sentence_features import NAMES as SENTENCE_NAMES
from rag.text import analyse
from rag.types import Evidence

NAMES = (
    "best_cosine",
    "mean_of_best_cosines",
    "best_logit",
    "best_coverage",
    "terms_found",
    "terms_found_in_best_chunk",
    "few_terms",
)


def answerable_features(
    question: Question, evidence: Sequence[Evidence], rows: Matrix, logits: Matrix
) -> Matrix:
    """One row ``(1, len(NAMES))`` from the sentences' features and log odds (at least one)."""
    cosines = np.sort(rows[:, SENTENCE_NAMES.index("cosine")])[::-1]
    coverage = rows[:, SENTENCE_NAMES.index("coverage")]
    found = [question.terms & set(analyse(item.chunk.indexed_text)) for item in evidence]
    count = max(len(question.terms), 1)
    values = {
        "best_cosine": cosines[0],
        "mean_of_best_cosines": cosines[:5].mean(),
        "best_logit": logits.max(),
        "best_coverage": coverage.max(),
        "terms_found": len(frozenset().union(*found)) / count,
        "terms_found_in_best_chunk": max(map(len, found)) / count,
        "few_terms": float(count < 3),
    }
    return np.array([[values[name] for name in NAMES]])

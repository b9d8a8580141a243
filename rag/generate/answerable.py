"""What speaks for the evidence holding an answer at all, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.generate.linear_model import Matrix
from rag.generate.question import Question
from rag.generate.rarity import rarity
from rag.generate.sentence_features import NAMES as SENTENCE_NAMES
from rag.text import analyse
from rag.types import Evidence

BEST = 5

NAMES = (
    "best_cosine",
    "mean_of_best_cosines",
    "best_logit",
    "terms_found",
    "terms_found_in_best_chunk",
    "rare_terms_missing",
)


def answerable_features(
    question: Question, evidence: Sequence[Evidence], rows: Matrix, logits: Matrix
) -> Matrix:
    """One row ``(1, len(NAMES))`` from the sentences' features and log odds (at least one).

    ``rare_terms_missing`` is the rarity of the question's terms that a chunk lacks, added up, of
    the chunk that lacks least: a question about Peru finds no answer where Peru is not named.
    """
    cosines = np.sort(rows[:, SENTENCE_NAMES.index("cosine")])[::-1]
    chunks = [question.terms & set(analyse(item.chunk.indexed_text)) for item in evidence]
    count = max(len(question.terms), 1)
    values = {
        "best_cosine": cosines[0],
        "mean_of_best_cosines": cosines[:BEST].mean(),
        "best_logit": logits.max(),
        "terms_found": len(frozenset().union(*chunks)) / count,
        "terms_found_in_best_chunk": max(map(len, chunks)) / count,
        "rare_terms_missing": min(sum(map(rarity, question.terms - own)) for own in chunks),
    }
    return np.array([[values[name] for name in NAMES]])

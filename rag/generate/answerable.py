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
NEAR = 0.5
"""From this cosine on a sentence speaks of the question's matter, whatever its words."""

NAMES = ("best_cosine", "mean_of_best_cosines", "unmet_terms", "unmet_rare_terms")


def answerable_features(question: Question, evidence: Sequence[Evidence], rows: Matrix) -> Matrix:
    """One row ``(1, len(NAMES))`` from the sentences' features (at least one).

    Terms that the evidence lacks speak against it, the more so the rarer they are: a question
    about Peru finds no answer where Peru is not named. But a question may also be put in other
    words than the paper's, so they count only as far as no sentence is near.
    """
    cosines = np.sort(rows[:, SENTENCE_NAMES.index("cosine")])[::-1]
    terms = question.terms
    chunks = [terms.intersection(analyse(item.chunk.indexed_text)) for item in evidence]
    missing = terms.difference(*chunks)
    distance = max(0.0, NEAR - float(cosines[0]))
    unmet = 1 - max(map(len, chunks)) / max(len(terms), 1)
    unmet_rare = sum(map(rarity, sorted(missing))) / (1 + sum(map(rarity, sorted(terms))))
    best = cosines[:BEST].mean()
    return np.array([[cosines[0], best, distance * unmet, distance * unmet_rare]])

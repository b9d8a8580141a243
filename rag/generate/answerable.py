"""What speaks for the evidence holding an answer at all, as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.generate.linear_model import Matrix
from rag.generate.question import Question
from rag.generate.rarity import rarity
from rag.generate.sentence_features import NAMES as SENTENCE_NAMES
from rag.text import analyse
from rag.types import Evidence

BEST = 5
NEAR = 0.6
"""From this cosine on a sentence speaks of the question's matter, whatever its words."""

NAMES = (
    "best_cosine",
    "mean_of_best_cosines",
    "unmet_terms",
    "unmet_rare_terms",
    "names_met_nowhere",
)

# A capital inside a sentence; the first word has one for another reason.
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]*")


def answerable_features(question: Question, evidence: Sequence[Evidence], rows: Matrix) -> Matrix:
    """One row ``(1, len(NAMES))`` from the sentences' features (at least one).

    Terms that even the best chunk lacks speak against an answer, the more so the rarer they are.
    But a question may also be put in other words than the paper's, so they count only
    as far as no sentence is near. Names have no other words: a question about Peru finds no
    answer where Peru is not named.
    """
    cosines = np.sort(rows[:, SENTENCE_NAMES.index("cosine")])[::-1]
    chunks = [frozenset(analyse(item.chunk.indexed_text)) for item in evidence]
    terms = question.terms
    most = max(len(terms & chunk) for chunk in chunks)
    missing = min(_rarity(terms - chunk) for chunk in chunks) / (1 + _rarity(terms))
    distance = max(0.0, NEAR - float(cosines[0]))
    values = {
        "best_cosine": cosines[0],
        "mean_of_best_cosines": cosines[:BEST].mean(),
        "unmet_terms": distance * (1 - most / max(len(terms), 1)),
        "unmet_rare_terms": distance * missing,
        "names_met_nowhere": _strange_names(question, evidence, chunks),
    }
    return np.array([[values[name] for name in NAMES]])


def _rarity(terms: frozenset[str]) -> float:
    return sum(map(rarity, sorted(terms)))


def _strange_names(
    question: Question, evidence: Sequence[Evidence], chunks: Sequence[frozenset[str]]
) -> float:
    """How many of the question's names neither the chunks nor their papers' title pages have."""
    names = _NAME.findall(question.text)
    pages = {" ".join((e.metadata.title, *e.metadata.authors)) for e in evidence}
    known = frozenset().union(*chunks, *map(analyse, pages))
    return sum(not known.issuperset(analyse(name)) for name in names) / (1 + len(names))

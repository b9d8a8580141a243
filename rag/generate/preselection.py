"""Which sentences are worth embedding, by the terms that they share with a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rag.generate.candidates import Candidate
from rag.generate.question import Question
from rag.text import analyse


def preselect(question: Question, found: Sequence[Candidate], keep: int) -> list[Candidate]:
    """The ``keep`` candidates that share most with the question and stand highest, in order.

    A row of a table must itself, without its head, share a term.
    """
    found = [c for c in found if not c.row or question.terms.intersection(analyse(c.quote))]
    if len(found) <= keep:
        return found
    terms = [frozenset(analyse(candidate.shown)) for candidate in found]
    weights = term_weights(question.terms, terms)
    worth = [coverage(weights, t) + 1 / c.evidence.rank for t, c in zip(terms, found, strict=True)]
    kept = sorted(range(len(found)), key=lambda i: -worth[i])[:keep]
    return [found[i] for i in sorted(kept)]


def term_weights(terms: frozenset[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling each of the question's terms is among ``texts``; the weights add up to 1."""
    counts = Counter(term for text in texts for term in terms & text)
    raw = {t: math.log(1 + (len(texts) + 1) / (counts[t] + 0.5)) for t in sorted(terms)}
    total = sum(raw.values()) or 1.0
    return {term: weight / total for term, weight in raw.items()}


def coverage(weights: dict[str, float], text: frozenset[str]) -> float:
    """The share of the question's terms, by weight, that the text has: 0 to 1."""
    return sum(weight for term, weight in weights.items() if term in text)

"""How good one ranking of texts is for one question, by its evidence passages.

R@Bw is the share of an annotator's passages that the hits cover within B words (the first hit
always counts); MRR is 1 / rank of the first relevant hit, RR@10 the same cut at rank 10. Of
several annotators the one with the best value counts, as in QASPER (Dasigi et al. 2021).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from eval.relevance import Shingles, covers, relevant, shingles, words

BUDGETS = (300, 700, 1500)
MEASURES = ("MRR", "RR@10", *(f"R@{budget}w" for budget in BUDGETS))


def score(evidence: Sequence[Sequence[str]], hits: Sequence[str]) -> dict[str, float] | None:
    """Every measure for hits in rank order; None for a question without text evidence."""
    annotators = [[shingles(p) for p in passages if words(p)] for passages in evidence]
    annotators = [passages for passages in annotators if passages]
    if not annotators:
        return None
    first = _first_relevant([p for passages in annotators for p in passages], hits)
    reciprocal = 1 / first if first else 0.0
    scores = {"MRR": reciprocal, "RR@10": reciprocal if first and first <= 10 else 0.0}
    for budget in BUDGETS:
        found = _within(hits, budget)
        scores[f"R@{budget}w"] = max(
            sum(covers(found, p) for p in passages) / len(passages) for passages in annotators
        )
    return scores


def mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure over the questions that have it, in the order of appearance."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            values[name].append(value)
    return {name: sum(each) / len(each) for name, each in values.items()}


def first_relevant(evidence: Sequence[Sequence[str]], hits: Sequence[str]) -> int | None:
    """The rank of the first hit that is relevant to any annotator's passage."""
    return _first_relevant([shingles(p) for passages in evidence for p in passages], hits)


def _first_relevant(passages: Sequence[Shingles], hits: Sequence[str]) -> int | None:
    for rank, text in enumerate(hits, 1):
        own = shingles(text)
        if any(relevant(own, passage) for passage in passages):
            return rank
    return None


def _within(hits: Sequence[str], budget: int) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    used = 0
    for rank, text in enumerate(hits, 1):
        used += len(words(text))
        if used > budget and rank > 1:
            break
        found |= shingles(text)
    return found

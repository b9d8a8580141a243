"""Which sentences an extractive answer is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.generate.candidates import Candidate
from rag.generate.linear_model import Matrix
from rag.text import analyse

SAME = 0.5
"""Two sentences that share this much of their terms say the same."""

COMPARED = 3
"""Questions of up to so many papers are answered from each of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of an answer: words and sentences in all, and how far, in log odds, a sentence may lie
    behind the best.
    """

    words: int
    sentences: int
    margin: float


def choose(
    found: Sequence[Candidate], odds: Matrix, limits: Limits, papers: frozenset[str] = frozenset()
) -> list[Candidate]:
    """The best sentences that fit, best first: the answer should not have to be looked for.

    A best sentence too long for the limit is passed over for the next one. ``papers`` are those
    that were asked about: of two or three, each has its best sentence in the answer, as the
    question is about them all, however much more the first has to say.
    """
    order = [int(i) for i in np.argsort(-odds, kind="stable")]
    least = max(odds, default=0.0) - limits.margin
    chosen: list[int] = []
    for i in [*_best_of_each(found, order, papers), *(i for i in order if odds[i] >= least)]:
        if len(chosen) == limits.sentences:
            break
        if _fits(found[i], [found[j] for j in chosen], limits.words):
            chosen.append(i)
    return [found[i] for i in sorted(chosen, key=order.index)]


def _best_of_each(
    found: Sequence[Candidate], order: Sequence[int], papers: frozenset[str]
) -> list[int]:
    if not 1 < len(papers) <= COMPARED:
        return []
    firsts: dict[str, int] = {}
    for i in order:
        firsts.setdefault(found[i].evidence.chunk.paper_id, i)
    return list(firsts.values())


def _fits(candidate: Candidate, chosen: Sequence[Candidate], words: int) -> bool:
    if chosen and not candidate.reads_alone:
        return False
    length = sum(len(c.shown.split()) for c in (candidate, *chosen))
    return length <= words and not _repeats(candidate, chosen)


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    own = frozenset(analyse(candidate.shown))
    others = [frozenset(analyse(other.shown)) for other in chosen]
    return any(len(own & other) >= SAME * len(own | other) for other in others)

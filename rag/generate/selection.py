"""Which sentences an extractive answer is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from rag.generate.candidates import Candidate
from rag.generate.linear_model import Matrix
from rag.text import analyse

SAME = 0.5
"""Two sentences that share this much of their terms say the same."""

COMPARED = 3
"""Questions about up to so many papers are answered from each of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of an answer: words and sentences in all, and how far, in log odds, a sentence may lie
    behind its paper's best.
    """

    words: int
    sentences: int
    margin: float


def choose(
    found: Sequence[Candidate], odds: Matrix, limits: Limits, papers: frozenset[str] = frozenset()
) -> list[Candidate]:
    """The best sentences that fit, best first: the answer should not have to be looked for.

    A best sentence too long for the limit is passed over for the next one. ``papers`` are those
    that were asked about: two or three have their say in turn, as the question is about them all,
    however much more there is to be said of the first.
    """
    order = [int(i) for i in np.argsort(-odds, kind="stable")]
    sides = _sides(found, order) if 1 < len(papers) <= COMPARED else [order]
    near = [[i for i in side if odds[i] >= odds[side[0]] - limits.margin] for side in sides if side]
    chosen: list[int] = []
    for i in _in_turn(near):
        if len(chosen) == limits.sentences:
            break
        if _fits(found[i], [found[j] for j in chosen], limits.words):
            chosen.append(i)
    return [found[i] for i in sorted(chosen, key=order.index)]


def _sides(found: Sequence[Candidate], order: Sequence[int]) -> list[list[int]]:
    """The sentences of each paper, best first."""
    sides: defaultdict[str, list[int]] = defaultdict(list)
    for i in order:
        sides[found[i].evidence.chunk.paper_id].append(i)
    return list(sides.values())


def _in_turn(sides: Sequence[Sequence[int]]) -> Iterator[int]:
    for row in zip_longest(*sides):
        yield from (i for i in row if i is not None)


def _fits(candidate: Candidate, chosen: Sequence[Candidate], words: int) -> bool:
    if chosen and not candidate.reads_alone:
        return False
    length = sum(len(c.shown.split()) for c in (candidate, *chosen))
    return length <= words and not _repeats(candidate, chosen)


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    own = frozenset(analyse(candidate.shown))
    others = [frozenset(analyse(other.shown)) for other in chosen]
    return any(len(own & other) >= SAME * len(own | other) for other in others)

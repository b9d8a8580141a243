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

CLOSE = 1.0
"""So little behind the best, in log odds, what is half a formula is likely to be the answer. By our
questions about papers of PMLR: patterns that a right answer matches are in .88 of the choices, in
.85 where only the best one may be such, and in .89 where all may.
"""

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

    A best sentence too long for the limit is passed over for the next one. What does not read
    alone, being half a formula, say, stands beside others only if it is `CLOSE` to the best.
    ``papers`` are those that were asked about: two or three have their say in turn, as the question
    is about them all, however much more there is to be said of the first.
    """
    order = [int(i) for i in np.argsort(-odds, kind="stable")]
    sides = _sides(found, order) if 1 < len(papers) <= COMPARED else [order]
    best = {i: odds[side[0]] for side in sides for i in side}
    near = [[i for i in side if odds[i] >= best[i] - limits.margin] for side in sides]
    chosen: list[int] = []
    for i in _in_turn(near):
        if len(chosen) == limits.sentences:
            break
        stands = not chosen or found[i].reads_alone or odds[i] >= best[i] - CLOSE
        if stands and _fits(found[i], [found[j] for j in chosen], limits.words):
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
    length = sum(len(c.shown.split()) for c in (candidate, *chosen))
    return length <= words and not any(_says_the_same(candidate, other) for other in chosen)


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """Rows of a table share the names of their columns, whatever they say: their cells count, to
    the last sign.
    """
    if one.row and other.row:
        return (one.head, one.quote.split()) == (other.head, other.quote.split())
    own, others = frozenset(analyse(one.shown)), frozenset(analyse(other.shown))
    return len(own & others) >= SAME * len(own | others)

"""Parts a question set by paper: some to learn from, some to stop by, some to be judged on.

Questions of one paper are alike: were they on both sides, what is only remembered would look
learned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.datasets import Question

PARTS = 5
LEAST_GROUPS = 3


class AboutPapers(Protocol):
    """What is asked within some papers."""

    @property
    def papers(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Split:
    """Three fifths to learn from, a fifth that tells when to stop, a fifth that is held out."""

    train: tuple[Question, ...]
    validation: tuple[Question, ...]
    held_out: tuple[Question, ...]


def split_by_paper(questions: Sequence[Question], seed: int) -> Split:
    """No paper is in two parts; papers that a question joins stay together.

    Papers are put in an order by a hash of their names and ``seed``, so that one more paper moves
    few others. Fifths are of papers, and at least one. Raises ValueError for fewer than
    `LEAST_GROUPS` that could be parted.
    """
    of = groups(questions)
    order = sorted(set(of.values()), key=lambda name: _hash(seed, name))
    if len(order) < LEAST_GROUPS:
        raise ValueError(f"{len(order)} groups of papers make no three parts")
    fifth = max(1, round(len(order) / PARTS))
    held_out, validation = set(order[:fifth]), set(order[fifth : 2 * fifth])

    def among(names: Iterable[str]) -> tuple[Question, ...]:
        wanted = set(names)
        return tuple(q for q in questions if of[q.papers[0]] in wanted)

    return Split(among(order[2 * fifth :]), among(validation), among(held_out))


def groups(questions: Iterable[AboutPapers]) -> dict[str, str]:
    """Each paper's group, named for its alphabetically first paper; questions join their papers."""
    of: dict[str, str] = {}
    for question in questions:
        joined = {of.get(paper, paper) for paper in question.papers}
        first = min(joined)
        if len(joined) > 1:
            of = {paper: first if name in joined else name for paper, name in of.items()}
        of.update(dict.fromkeys(question.papers, first))
    return of


def _hash(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode(errors="surrogatepass")).digest()

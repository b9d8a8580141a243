"""What the sentences of an extractive answer are fitted to: questions, the evidence found for
them, and how much of the answer each sentence has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from qasper_train import fold_of

from eval.datasets import Question as Asked
from rag.config import Settings
from rag.generate.candidates import Candidate
from rag.generate.linear_model import Matrix
from rag.generate.reading import read
from rag.generate.sentence_features import features
from rag.library import Library
from rag.protocols import Embedder, Reader
from rag.text import analyse
from rag.types import Filter

EVIDENCE = Settings().answer.evidence

YES_NO = frozenset({"yes", "no"})


@dataclass(frozen=True, eq=False)
class Example:
    """A question and the sentences found: their features and targets.

    ``counts`` is 0 for sentences that may answer outside the gold passages.
    """

    question: Asked
    found: Sequence[Candidate]
    rows: Matrix
    targets: Matrix
    counts: Matrix


@dataclass(frozen=True)
class Unseeing:
    """What searches and reads, and has not seen some of the papers in its training."""

    library: Library
    asking: Embedder
    reader: Reader | None


def examples(
    folds: Sequence[Unseeing],
    embedder: Embedder,
    papers: Mapping[str, str],
    questions: Sequence[Asked],
) -> Iterator[Example]:
    """The answerable ``questions`` for which anything is found; ``papers`` maps their
    names of papers to ids.

    Each is asked of the fold that has not seen its paper. Of a ranker or a reader that knows the
    answers one would learn to trust it too much.
    """
    for question in questions:
        if not question.answerable:
            continue
        name = question.papers[0]
        fold = folds[fold_of(name, len(folds))]
        where = Filter(frozenset({papers[name]}))
        evidence = fold.library.search(question.text, where, EVIDENCE).evidence
        reading = read(question.text, evidence, embedder, fold.asking, reader=fold.reader)
        if reading.found:
            targets, counts = sentence_targets(question, reading.found)
            yield Example(question, reading.found, features(reading), targets, counts)


def answer_terms(question: Asked) -> list[frozenset[str]]:
    """What each answer says beyond the question; nothing for yes and no."""
    known = frozenset(analyse(question.text))
    said = [
        frozenset(analyse(answer))
        for answer in question.answers
        if answer.strip(" .").lower() not in YES_NO
    ]
    return [terms - known or terms for terms in said if terms]


def sentence_targets(question: Asked, found: Sequence[Candidate]) -> tuple[Matrix, Matrix]:
    """The share of an answer that each sentence has, and whether the sentence counts."""
    passages = [_runs(p) for annotator in question.evidence for p in annotator]
    answers = answer_terms(question)
    targets, counts = np.zeros(len(found)), np.ones(len(found))
    for i, candidate in enumerate(found):
        own, runs = frozenset(analyse(candidate.shown)), _runs(candidate.shown)
        share = max((len(a & own) / len(a) for a in answers), default=0.3)
        if any(len(runs & passage) >= 0.6 * len(runs) for passage in passages):
            targets[i] = share
        elif answers and share >= 0.7:
            counts[i] = 0
    return targets, counts


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    terms = analyse(text)
    return frozenset(zip(terms, terms[1:], terms[2:], strict=False)) or frozenset({tuple(terms)})

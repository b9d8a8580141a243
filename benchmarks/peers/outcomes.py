"""Joins run files with the questions, scores them, and compares systems question by question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from phases import Phase

from eval.datasets import Question
from eval.measures import mean, score

MEASURES = ("MRR", "R@300w", "R@700w", "R@1500w")
RESAMPLES = 10_000

Scores = dict[str, dict[str, float]]
"""By question id: every measure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One system on one data set. ``run`` tells the runs of run.py apart; ``commit`` is ours."""

    system: str
    run: str
    commit: str
    ingest: Phase
    query: Phase
    scores: Scores
    latencies_ms: tuple[float, ...]

    @property
    def means(self) -> dict[str, float]:
        """The mean of every measure over the scored questions."""
        return mean(list(self.scores.values()))

    def latency_ms(self, percentile: float) -> float:
        """A percentile of the times from question to hits, embedding included."""
        return float(np.percentile(self.latencies_ms, percentile))


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean paired difference with its 95 % interval."""

    mean: float
    low: float
    high: float


def read_run(path: Path) -> list[dict[str, object]]:
    """The rows of a run file."""
    with path.open(encoding="utf-8") as lines:  # they end at line feeds alone, unlike splitlines()
        return [json.loads(line) for line in lines]


def score_run(questions: Sequence[Question], rows: Sequence[Mapping[str, object]]) -> Scores:
    """Scores every answerable question with text evidence; one that the run lacks gets 0."""
    hits = {row["id"]: [hit["text"] for hit in row["hits"]] for row in rows}
    scored = {
        question.question_id: score(question.evidence, hits.get(question.question_id, []))
        for question in questions
        if question.answerable
    }
    return {name: scores for name, scores in scored.items() if scores is not None}


def difference(ours: Scores, theirs: Scores, measure: str, seed: int = 0) -> Difference:
    """Ours minus theirs, by a paired bootstrap over questions (Efron 1979, percentiles).

    Both hold the same questions: ValueError if not, or if there are none.
    """
    if ours.keys() != theirs.keys() or not ours:
        raise ValueError(f"no pairs: {len(ours)} and {len(theirs)} questions are not the same")
    deltas = np.array([ours[name][measure] - theirs[name][measure] for name in ours])
    picks = np.random.default_rng(seed).integers(len(deltas), size=(RESAMPLES, len(deltas)))
    low, high = np.percentile(deltas[picks].mean(axis=1), [2.5, 97.5])
    return Difference(float(deltas.mean()), float(low), float(high))

"""Everything that a report on answers shows, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.answers.abstention import RATIOS, compare_ratios, ratio_interval
from eval.answers.measures import LOWER, headline
from eval.answers.outcome import AnswerOutcome, Judged
from eval.report.findings import Origin
from eval.significance import Difference, compare, holm, interval


@dataclass(frozen=True, slots=True)
class AnswerFindings:
    """The outcomes, the first being what the others are compared with, and what they say.

    ``intervals``: measure -> outcome -> the mean's 95 % interval. ``differences``: measure ->
    outcome -> difference to the first, over the questions of which both have the measure.
    ``judge`` says by what support was decided.
    """

    origin: Origin
    outcomes: tuple[AnswerOutcome, ...]
    measures: tuple[str, ...]
    headline: str
    intervals: Mapping[str, Mapping[str, tuple[float, float]]]
    differences: Mapping[str, Mapping[str, Difference]]
    judge: str

    @property
    def baseline(self) -> AnswerOutcome:
        """What the others are compared with."""
        return self.outcomes[0]

    def is_best(self, outcome: AnswerOutcome, measure: str) -> bool:
        """Whether no other is better, where there are several."""
        values = [o.means[measure] for o in self.outcomes if measure in o.means]
        best = min(values) if measure in LOWER else max(values)
        return len(values) > 1 and outcome.means.get(measure) == best


def find(origin: Origin, outcomes: Sequence[AnswerOutcome], judge: str) -> AnswerFindings:
    """Compares. Holm's correction goes over the outcomes, measure by measure."""
    measures = tuple(outcomes[0].means)
    return AnswerFindings(
        origin,
        tuple(outcomes),
        measures,
        headline(measures),
        {m: _intervals(outcomes, m, origin.seed) for m in measures},
        {m: _differences(outcomes, m, origin.seed) for m in measures} if outcomes[1:] else {},
        judge,
    )


def worst_first(found: AnswerFindings) -> list[int]:
    """The questions by their numbers from 0: those that went worst under the first outcome first,
    by the headline, else (and among equals) by the words shared with a gold answer.
    """
    rows = found.baseline.rows
    return sorted(range(len(rows)), key=lambda i: (*_badness(rows[i], found.headline), i))


def _badness(row: Judged, measure: str) -> tuple[float, float]:
    refusal_due = not row.question.answerable
    words = row.scores.get("answer F1", 2.0)
    wrong = float(row.given.abstained) if refusal_due else row.scores.get(measure, words)
    return (-1.0 if row.given.error else wrong), words


def _intervals(
    outcomes: Sequence[AnswerOutcome], measure: str, seed: int
) -> dict[str, tuple[float, float]]:
    if measure in RATIOS:
        return {o.name: ratio_interval(o.abstentions, measure, seed) for o in outcomes}
    values = {o.name: [r.scores[measure] for r in o.rows if measure in r.scores] for o in outcomes}
    return {name: interval(np.asarray(each), seed) for name, each in values.items() if each}


def _differences(
    outcomes: Sequence[AnswerOutcome], measure: str, seed: int
) -> dict[str, Difference]:
    found = {o.name: _difference(outcomes[0], o, measure, seed) for o in outcomes[1:]}
    there = {name: each for name, each in found.items() if each}
    adjusted = holm([each.p for each in there.values()])
    return {
        name: replace(each, adjusted=p)
        for (name, each), p in zip(there.items(), adjusted, strict=True)
    }


def _difference(
    baseline: AnswerOutcome, other: AnswerOutcome, measure: str, seed: int
) -> Difference | None:
    if measure in RATIOS:
        return compare_ratios(baseline.abstentions, other.abstentions, measure, seed)
    pairs = [
        (first.scores[measure], second.scores[measure])
        for first, second in zip(baseline.rows, other.rows, strict=True)
        if measure in first.scores and measure in second.scores
    ]
    if not pairs:
        return None
    firsts, seconds = zip(*pairs, strict=True)
    [difference] = compare(firsts, [seconds], seed)
    return difference

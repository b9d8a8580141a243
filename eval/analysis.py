"""What an experiment's rows say: comparisons, groups of questions, and the worst of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.measures import first_relevant
from eval.outcome import Outcome
from eval.places import UNPLACED
from eval.question_types import TYPES, question_type
from eval.rows import Row
from eval.scoring import has_evidence
from eval.significance import Difference, compare
from rag.types import Role

WORST = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind, and each configuration's mean over them, by name."""

    name: str
    questions: int
    means: dict[str, float]


def differences(
    outcomes: Sequence[Outcome], measures: Iterable[str], seed: int
) -> dict[str, dict[str, Difference]]:
    """Measure -> configuration -> difference to the first; Holm's correction within a measure."""
    baseline, *others = outcomes
    return {
        measure: dict(
            zip(
                (other.name for other in others),
                compare(
                    baseline.values(measure), [other.values(measure) for other in others], seed
                ),
                strict=True,
            )
        )
        for measure in measures
    }


def by_type(outcomes: Sequence[Outcome], measure: str) -> list[Group]:
    """Questions by their wording."""
    return _groups(outcomes, measure, lambda row: {question_type(row.question.text)}, TYPES)


def by_role(
    outcomes: Sequence[Outcome], measure: str, roles: Mapping[str, frozenset[str]]
) -> list[Group]:
    """Questions by where their evidence stands; one with evidence in several places is in each."""
    order = (*map(str, Role), UNPLACED)
    return _groups(
        outcomes, measure, lambda row: roles.get(row.question.question_id, frozenset()), order
    )


def worst(outcome: Outcome, measure: str) -> list[Row]:
    """The questions that went worst: lowest score, then the latest first relevant hit."""
    scored = [row for row in outcome.rows if row.scores and measure in row.scores]
    return sorted(scored, key=lambda row: _badness(row, measure))[:WORST]


def rank_of_first(row: Row) -> int | None:
    """Where the first relevant hit came; by its passages, or by its papers where there are none."""
    if has_evidence(row.question):
        return first_relevant(row.question.evidence, [hit.text for hit in row.hits])
    names = list(dict.fromkeys(hit.paper for hit in row.hits))
    ranks = (r for r, name in enumerate(names, 1) if row.question.grades.get(name, 0) > 0)
    return next(ranks, None)


def _badness(row: Row, measure: str) -> tuple[float, float, str]:
    scores = row.scores or {}
    return scores[measure], scores.get("MRR", 0.0), row.question.question_id


def _groups(
    outcomes: Sequence[Outcome],
    measure: str,
    kinds: Callable[[Row], Iterable[str]],
    order: Sequence[str],
) -> list[Group]:
    values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        for row in outcome.rows:
            if row.scores and measure in row.scores:
                for kind in kinds(row):
                    values[kind][outcome.name].append(row.scores[measure])
    return [
        Group(
            kind,
            len(values[kind][outcomes[0].name]),
            {name: sum(each) / len(each) for name, each in values[kind].items()},
        )
        for kind in order
        if kind in values
    ]

"""The questions that went worst, as a reader can judge them: what was sought, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.analysis import rank_of_first, worst
from eval.measures import first_relevant
from eval.outcome import Outcome
from eval.question_types import question_type
from eval.report.svg import shortened
from eval.rows import Found, Row
from eval.scoring import has_evidence

GOLD_SHOWN, HITS_SHOWN = 4, 3
_GOLD_CHARS, _HIT_CHARS = 600, 350


@dataclass(frozen=True, slots=True)
class Gold:
    """What was sought, and the rank at which it came."""

    text: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Instead:
    """A hit: where it stands, an excerpt, and whether it is relevant."""

    rank: int
    place: str
    text: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One question. ``rank`` is that of its first relevant hit among ``found``."""

    text: str
    question_id: str
    kind: str
    papers: str
    value: float
    rank: int | None
    found: int
    gold: tuple[Gold, ...]
    gold_count: int
    hits: tuple[Instead, ...]


def worst_cases(outcome: Outcome, measure: str) -> list[Case]:
    """The worst of one configuration."""
    return [_case(row, measure) for row in worst(outcome, measure)]


def _case(row: Row, measure: str) -> Case:
    question = row.question
    first = rank_of_first(row)
    by_passage = has_evidence(question)
    gold = _passages(row) if by_passage else _papers(row)
    hits = row.hits if by_passage else _by_paper(row.hits)
    return Case(
        question.text,
        question.question_id,
        question_type(question.text),
        ", ".join(question.papers) or "the whole library",
        (row.scores or {})[measure],
        first,
        len(hits),
        tuple(gold[:GOLD_SHOWN]),
        len(gold),
        tuple(_instead(r, hit, r == first) for r, hit in enumerate(hits[:HITS_SHOWN], 1)),
    )


def _passages(row: Row) -> list[Gold]:
    texts = [hit.text for hit in row.hits]
    passages = dict.fromkeys(p for each in row.question.evidence for p in each if p.strip())
    return [Gold(shortened(p, _GOLD_CHARS), first_relevant([[p]], texts)) for p in passages]


def _papers(row: Row) -> list[Gold]:
    names = [hit.paper for hit in _by_paper(row.hits)]
    relevant = [name for name, grade in row.question.grades.items() if grade > 0]
    return [Gold(name, names.index(name) + 1 if name in names else None) for name in relevant]


def _by_paper(hits: Sequence[Found]) -> tuple[Found, ...]:
    """The best hit of each paper."""
    best: dict[str, Found] = {}
    for hit in hits:
        best.setdefault(hit.paper, hit)
    return tuple(best.values())


def _instead(rank: int, hit: Found, relevant: bool) -> Instead:
    pages = f"p. {hit.pages[0]}" if hit.pages else ""
    section = f"§ {hit.section}" if hit.section else ""
    place = ", ".join(part for part in (hit.paper, section, pages) if part)
    return Instead(rank, place, shortened(" ".join(hit.text.split()), _HIT_CHARS), relevant)

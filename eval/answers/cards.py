"""The report's questions: what was sought and each run's answer, cut to what a page can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eval.answers.findings import AnswerFindings, worst_first
from eval.answers.measures import LOWER
from eval.answers.outcome import Judged, length
from eval.answers.overlap import gold_answers
from eval.answers.values import Cited
from eval.question_types import question_type
from eval.report.svg import shortened

SHOWN = 1500
"""Questions on the page; of larger sets the worst. `questions.jsonl` has them all."""

GOLD_SHOWN, CITED_SHOWN = 4, 8
_GOLD_CHARS, _ANSWER_CHARS, _QUOTE_CHARS = 500, 1600, 260


@dataclass(frozen=True, slots=True)
class Mark:
    """A measure of one answer; ``good`` and ``bad`` are the ends of the scale."""

    name: str
    value: float
    good: bool
    bad: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A citation: where it points, and the words."""

    marker: str
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Side:
    """One run's answer. ``state`` is "answered", "refused" or "failed"."""

    run: str
    state: str
    text: str
    sources: tuple[Source, ...]
    more_sources: int
    unsupported: tuple[str, ...]
    marks: tuple[Mark, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One question. ``kinds`` are what the page can be filtered by, ``orders`` what it can be
    sorted by: a whole number for each order, the smallest first.
    """

    text: str
    question_id: str
    papers: str
    place: str
    kinds: tuple[str, ...]
    orders: dict[str, int]
    gold: tuple[str, ...]
    evidence: tuple[str, ...]
    more_evidence: int
    sides: tuple[Side, ...]


KINDS = {
    "right": "right",
    "wrong": "wrong",
    "unjudged": "not judged",
    "refused": "refused",
    "failed": "failed",
    "unanswerable": "without an answer",
    "apart": "runs differ",
}
"""What cards can be filtered by, and how the page calls it."""


def cards(found: AnswerFindings) -> list[Card]:
    """The questions that the page shows, worst first."""
    order = worst_first(found)[:SHOWN]
    return [_card(found, index, place) for place, index in enumerate(order)]


def orders(found: AnswerFindings) -> dict[str, str]:
    """What the page can be sorted by, and how it calls it."""
    given = {"worst": "worst first", "set": "as in the set"}
    measures = {name: f"lowest {name}" for name in ("answer F1", "evidence F1", "citation R")}
    there = {name.replace(" ", "-"): said for name, said in measures.items() if _has(found, name)}
    timed = {"slow": "slowest"} if any(r.given.latency_ms for r in found.baseline.rows) else {}
    return given | there | timed


def _has(found: AnswerFindings, measure: str) -> bool:
    return measure in found.measures


def _card(found: AnswerFindings, index: int, place: int) -> Card:
    rows = [outcome.rows[index] for outcome in found.outcomes]
    question, first = rows[0].question, rows[0]
    passages = list(dict.fromkeys(p for each in question.evidence for p in each if p.strip()))
    page = f"p. {question.page}" if question.page is not None else ""
    section = f"§ {question.section}" if question.section else ""
    return Card(
        question.text,
        question.question_id,
        ", ".join(question.papers) or "the whole library",
        " · ".join(filter(None, (section, page, question_type(question.text)))),
        tuple(_kinds(found, rows)),
        {"worst": place, "set": index, **_by_measure(first), "slow": -int(first.given.latency_ms)},
        tuple(shortened(answer, _GOLD_CHARS) for answer in gold_answers(question)[:GOLD_SHOWN]),
        tuple(shortened(passage, _GOLD_CHARS) for passage in passages[:GOLD_SHOWN]),
        max(0, len(passages) - GOLD_SHOWN),
        tuple(_side(o.name, row) for o, row in zip(found.outcomes, rows, strict=True)),
    )


def _by_measure(row: Judged) -> dict[str, int]:
    """In thousandths; what lacks the measure comes last."""
    return {
        name.replace(" ", "-"): round(1000 * row.scores.get(name, 2.0))
        for name in ("answer F1", "evidence F1", "citation R")
    }


def _kinds(found: AnswerFindings, rows: list[Judged]) -> Iterator[str]:
    first, measure = rows[0], found.headline
    if not first.question.answerable:
        yield "unanswerable"
    if first.given.error:
        yield "failed"
    if first.given.abstained:
        yield "refused"
    yield _verdict(first, measure)
    values = {round(row.scores.get(measure, -1.0), 3) for row in rows}
    if len(values) > 1:
        yield "apart"


def _verdict(row: Judged, measure: str) -> str:
    """Right is half of the measure's scale, for those that are no yes or no."""
    if not row.question.answerable:
        return "right" if row.given.abstained else "wrong"
    if measure not in row.scores:
        return "unjudged"
    return "right" if row.scores[measure] >= 0.5 else "wrong"


def _side(run: str, row: Judged) -> Side:
    given = row.given
    state = "failed" if given.error else "refused" if given.abstained else "answered"
    cited = given.citations
    facts = [f"{length(given)} words" if given.answers else ""]
    facts += [f"{given.latency_ms:.0f} ms" if given.latency_ms else ""]
    tokens = given.usage.prompt_tokens + given.usage.completion_tokens
    facts += [f"{tokens:,} tokens" if tokens else "", *given.troubles]
    return Side(
        run,
        state,
        shortened(given.error or given.text, _ANSWER_CHARS),
        tuple(map(_source, cited[:CITED_SHOWN])),
        max(0, len(cited) - CITED_SHOWN),
        given.unsupported,
        tuple(_mark(name, value) for name, value in row.scores.items()),
        " · ".join(filter(None, facts)),
    )


def _mark(name: str, value: float) -> Mark:
    best = 0.0 if name in LOWER else 1.0
    return Mark(name, value, good=value == best, bad=value == 1.0 - best)


def _source(cited: Cited) -> Source:
    section = f"§ {cited.passage.path[-1]}" if cited.passage.path else ""
    page = f"p. {cited.page}" if cited.page is not None else ""
    place = ", ".join(part for part in (section, page) if part)
    return Source(cited.marker, place, shortened(" ".join(cited.quote.split()), _QUOTE_CHARS))

"""``report.json`` and ``questions.jsonl``: the figures of a report on answers, for programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from eval.answers.findings import AnswerFindings
from eval.answers.outcome import AnswerOutcome, Judged, length
from eval.question_types import question_type
from eval.report.files import write_json, write_lines

_LENGTHS = {"median": 50, "most": 100}


def summary(found: AnswerFindings) -> dict[str, object]:
    """Means with their intervals, times, costs, comparisons, configurations, their origin."""
    return {
        "kind": "answers",
        "dataset": found.origin.dataset,
        "measures": list(found.measures),
        "headline": found.headline,
        "judge": found.judge,
        "origin": asdict(found.origin),
        "configurations": [_configuration(outcome, found) for outcome in found.outcomes],
    }


def write_summary(path: Path, found: AnswerFindings) -> None:
    """Writes it."""
    write_json(path, summary(found))


def write_questions(path: Path, found: AnswerFindings) -> None:
    """One line per question: its type and, by configuration, its measures, whether it was refused,
    what went wrong, and the latency.
    """
    columns = zip(*(outcome.rows for outcome in found.outcomes), strict=True)
    names = [outcome.name for outcome in found.outcomes]
    lines = (_question(rows, names) for rows in columns)
    write_lines(path, lines)


def _configuration(outcome: AnswerOutcome, found: AnswerFindings) -> dict[str, object]:
    usage, settings = outcome.usage, outcome.settings
    return {
        "name": outcome.name,
        "what": outcome.what,
        "settings": settings.model_dump(mode="json") if settings else None,
        "measures": outcome.means,
        "scored": {name: outcome.scored(name) for name in outcome.means},
        "intervals": {
            name: each[outcome.name]
            for name, each in found.intervals.items()
            if outcome.name in each
        },
        "asked": len(outcome.rows),
        "answered": sum(row.given.answers for row in outcome.rows),
        "refused": sum(row.given.abstained for row in outcome.rows),
        "latency_ms": _percentiles(outcome),
        "words": {
            "median": outcome.percentile(length, 50),
            "most": outcome.percentile(length, 100),
        },
        "usage": asdict(usage),
        "troubles": outcome.troubles,
        "errors": [{"id": name, "error": why} for name, why in outcome.errors],
        "failures": [{"source": f.source, "reason": f.reason} for f in outcome.failures],
        "against_first": {
            measure: asdict(each[outcome.name])
            for measure, each in found.differences.items()
            if outcome.name in each
        },
    }


def _percentiles(outcome: AnswerOutcome) -> dict[str, float]:
    return {
        "median": outcome.percentile(lambda given: given.latency_ms, 50),
        "p95": outcome.percentile(lambda given: given.latency_ms, 95),
        "median_to_first": outcome.percentile(lambda given: given.first_ms, 50),
    }


def _question(rows: tuple[Judged, ...], names: list[str]) -> dict[str, object]:
    question = rows[0].question
    return {
        "id": question.question_id,
        "question": question.text,
        "type": question_type(question.text),
        "answerable": question.answerable,
        "configurations": {
            name: {
                "measures": row.scores,
                "abstained": row.given.abstained,
                "error": row.given.error,
                "latency_ms": row.given.latency_ms,
            }
            for name, row in zip(names, rows, strict=True)
        },
    }

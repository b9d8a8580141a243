"""``report.json``: the figures of a report, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.analysis import Group
from eval.outcome import Outcome
from eval.report.files import write_json
from eval.report.findings import Findings


def write_summary(path: Path, found: Findings) -> None:
    """Means, latencies, costs, comparisons, groups, configurations and their origin."""
    origin = found.origin
    report = {
        "dataset": origin.dataset,
        "measures": list(found.measures),
        "headline": found.headline,
        "origin": asdict(origin),
        "configurations": [_configuration(outcome, found) for outcome in found.outcomes],
        "by_role": _groups(found.roles),
        "by_type": _groups(found.types),
    }
    write_json(path, report)


def _configuration(outcome: Outcome, found: Findings) -> dict[str, object]:
    against = {
        measure: asdict(each[outcome.name])
        for measure, each in found.differences.items()
        if outcome.name in each
    }
    return {
        "name": outcome.name,
        "what": outcome.what,
        "settings": outcome.settings.model_dump(mode="json"),
        "measures": outcome.means,
        "scored": len(outcome.scored),
        "asked": len(outcome.rows),
        "latency_ms": {"median": outcome.latency_ms(50), "p95": outcome.latency_ms(95)},
        "usage": asdict(outcome.usage),
        "troubles": outcome.troubles,
        "against_first": against,
        "failures": [{"source": f.source, "reason": f.reason} for f in outcome.failures],
        "questions": [
            {"id": row.question.question_id, **row.scores} for row in outcome.rows if row.scores
        ],
    }


def _groups(groups: Sequence[Group]) -> list[dict[str, object]]:
    return [asdict(group) for group in groups]

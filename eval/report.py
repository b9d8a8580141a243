"""What an experiment found: means, latencies, and the files that others read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.datasets import Dataset
from eval.experiment import Row
from eval.measures import MEASURES, mean
from ingest.events import Failed
from rag.config import Settings
from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Outcome:
    """One configuration's rows, one per question; ``stems`` maps paper ids to file stems."""

    name: str
    settings: Settings
    rows: tuple[Row, ...]
    stems: dict[str, str]
    failures: tuple[Failed, ...] = ()

    @property
    def scored(self) -> list[dict[str, float]]:
        """The scores of the questions that have text evidence."""
        return [row.scores for row in self.rows if row.scores is not None]

    @property
    def means(self) -> dict[str, float]:
        """The mean of every measure; empty without a scored question."""
        return mean(self.scored)

    def latency_ms(self, percentile: float) -> float:
        """A percentile of the search latencies, the query's embedding included."""
        return float(np.percentile([row.latency_ms for row in self.rows], percentile))


def write_run(path: Path, outcome: Outcome) -> None:
    """One JSON line per question: id, latency_ms, hits with the original chunk text."""
    lines = [
        json.dumps(row.as_json(outcome.stems), ensure_ascii=False, allow_nan=False)
        for row in outcome.rows
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def write_report(path: Path, data: Dataset, outcomes: Sequence[Outcome]) -> None:
    """Means, latencies, configurations and per-question scores, as JSON."""
    report = {
        "dataset": data.name,
        "configurations": [_summary(outcome) for outcome in outcomes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def parse_floors(texts: Sequence[str]) -> dict[str, float]:
    """``MEASURE=VALUE`` pairs. Raises UsageError."""
    floors: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        floors[name] = _floor(text, value)
        if name not in MEASURES:
            raise UsageError(f"no measure {name!r}: there are {', '.join(MEASURES)}")
    return floors


def _floor(text: str, value: str) -> float:
    try:
        floor = float(value)
    except ValueError:
        raise UsageError(f"--fail-under {text!r}: write MEASURE=VALUE, as R@700w=0.6") from None
    if not 0 <= floor <= 1:  # NaN is refused here too
        raise UsageError(f"--fail-under {text!r}: a measure lies between 0 and 1, as R@700w=0.6")
    return floor


def floors_missed(outcome: Outcome, floors: dict[str, float]) -> list[str]:
    """One line for each measure that is too low."""
    means = outcome.means
    return [
        f"{outcome.name}: {name} is {means.get(name, 0.0):.3f}, below {floor:g}"
        for name, floor in floors.items()
        if means.get(name, 0.0) < floor
    ]


def _summary(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.name,
        "settings": outcome.settings.model_dump(mode="json"),
        "measures": outcome.means,
        "latency_ms": {"median": outcome.latency_ms(50), "p95": outcome.latency_ms(95)},
        "failures": [{"source": f.source, "reason": f.reason} for f in outcome.failures],
        "questions": [
            {"id": row.question.question_id, **row.scores} for row in outcome.rows if row.scores
        ],
    }

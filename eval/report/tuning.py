"""``report.json`` of `scholium eval tune`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.datasets import Question
from eval.measures import mean
from eval.provenance import code_digest, versions
from eval.report.files import write_json
from eval.training.split import groups
from eval.tuning import MEASURES, Tuned


def write_tuning(path: Path, dataset: str, tuned: Tuned, *, written: bool) -> None:
    """Before and after, the parts, and what was left out; ``written`` if a library has it now."""
    split, found = tuned.split, tuned.usable
    before, after = mean(tuned.before), mean(tuned.after)
    report = {
        "dataset": dataset,
        "seed": tuned.seed,
        "code_digest": code_digest(),
        "versions": versions(),
        "written": written,
        "gain": tuned.gain,
        "refined": tuned.refined,
        "measures": {
            name: {
                "before": before[name],
                "after": after[name],
                **asdict(tuned.difference(name)),
            }
            for name in MEASURES
        },
        "parts": {
            "train": _part(split.train),
            "validation": _part(split.validation),
            "held_out": _part(split.held_out),
        },
        "left_out": {
            "without_evidence": found.unjudged,
            "of_missing_papers": found.absent,
            "missing_papers": list(found.missing),
            "evidence_not_found": tuned.lost,
        },
        "questions": [
            {"id": question.question_id, "before": dict(first), "after": dict(second)}
            for question, first, second in zip(
                split.held_out, tuned.before, tuned.after, strict=True
            )
        ],
    }
    write_json(path, report)


def _part(questions: Sequence[Question]) -> dict[str, object]:
    return {"questions": len(questions), "papers": sorted(groups(questions))}

"""Keeps what an evaluation of answers found, as files."""

from __future__ import annotations

from pathlib import Path

from api.cli.evaluate.answers import Wanted
from api.cli.evaluate.runs import file_of, files_for
from eval.answers.findings import AnswerFindings
from eval.answers.outcome import AnswerOutcome
from eval.answers.page import write_page
from eval.answers.records import write_answers
from eval.answers.summary import write_questions, write_summary


def keep(wanted: Wanted, found: AnswerFindings) -> None:
    """Writes what is asked for: the report, and the answers of what was asked here."""
    own = [outcome for outcome in found.outcomes if outcome.settings]
    if wanted.out:
        write_summary(wanted.out / "report.json", found)
        write_questions(wanted.out / "questions.jsonl", found)
        write_page(wanted.out / "report.html", found)
        for outcome in own:
            _write(wanted.out / "answers" / f"{file_of(outcome.name)}.jsonl", outcome)
    for path, outcome in files_for(wanted.answers_out, own):
        _write(path, outcome)


def _write(path: Path, outcome: AnswerOutcome) -> None:
    rows = outcome.rows
    write_answers(path, [row.question for row in rows], [row.given for row in rows])

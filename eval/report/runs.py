"""Run files, in JSON and in TREC's form, and one line per question with all configurations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from eval.analysis import rank_of_first
from eval.outcome import Outcome
from eval.question_types import question_type
from eval.report.files import write_lines, write_text
from eval.report.findings import Findings
from eval.rows import Row


def write_run(path: Path, outcome: Outcome) -> None:
    """One JSON line per question: id, latency_ms, hits with the original chunk text."""
    write_lines(path, (row.as_json() for row in outcome.rows))


def write_trec(path: Path, outcome: Outcome) -> None:
    """``topic Q0 document rank score tag``: documents are papers where those are judged, else
    chunks. Scores are reciprocal ranks, as the scores of several stages have no common scale.
    """
    tag = _word(outcome.name)
    write_text(path, "".join(line for row in outcome.rows for line in _trec(row, tag)))


def write_questions(path: Path, found: Findings) -> None:
    """One JSON line per question: its kind and, by configuration, its measures, the rank of the
    first relevant hit, and the latency.
    """
    columns = zip(*(outcome.rows for outcome in found.outcomes), strict=True)
    names = [outcome.name for outcome in found.outcomes]
    write_lines(path, (_question(rows, names, found) for rows in columns))


def _question(rows: tuple[Row, ...], names: list[str], found: Findings) -> dict[str, object]:
    question = rows[0].question
    return {
        "id": question.question_id,
        "question": question.text,
        "type": question_type(question.text),
        "roles": sorted(found.roles_of.get(question.question_id, ())),
        "configurations": {
            name: {
                "measures": row.scores,
                "first_relevant": rank_of_first(row) if row.scores else None,
                "latency_ms": row.latency_ms,
            }
            for name, row in zip(names, rows, strict=True)
        },
    }


def _trec(row: Row, tag: str) -> Iterator[str]:
    by_paper = bool(row.question.grades)
    documents = dict.fromkeys(hit.paper if by_paper else hit.chunk_id for hit in row.hits)
    for rank, document in enumerate(documents, 1):
        topic = _word(row.question.question_id)
        yield f"{topic} Q0 {_word(document)} {rank} {1 / rank:.6f} {tag}\n"


def _word(text: str) -> str:
    """The form separates by blanks."""
    return re.sub(r"\s+", "_", text)

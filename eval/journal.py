"""Rows on disk, written as they are made, so that a run that was stopped can go on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.datasets import Question
from eval.kept_lines import append, records
from eval.rows import Effort, Row, make_row
from rag.library import Library
from rag.types import Usage


class Journal:
    """One configuration's rows, by chunk ids: the library has the rest.

    The file's name has to stand for everything that decides what is found (`eval.provenance`). A
    row of which a stage failed or came late is not kept: the next run may have more luck.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, row: Row) -> None:
        """Appends a row, and returns when it is written."""
        if row.effort.troubles:
            return
        usage = row.effort.usage
        record = {
            "id": row.question.question_id,
            "latency_ms": row.latency_ms,
            "chunks": [hit.chunk_id for hit in row.hits],
            "usage": [usage.prompt_tokens, usage.completion_tokens, usage.cost_usd],
        }
        append(self._path, record)

    def rows(
        self,
        questions: Sequence[Question],
        library: Library,
        names: Mapping[str, str],
        measures: Collection[str],
    ) -> dict[str, Row]:
        """The rows of earlier runs by question id, scored anew by ``measures``.

        A row whose chunks the library no longer holds is left out.
        """
        wanted = {question.question_id: question for question in questions}
        rows = {}
        for record in records(self._path):
            question = wanted.get(str(record["id"]))
            row = _restored(record, question, library, names, measures) if question else None
            if question and row:
                rows[question.question_id] = row
        return rows


def _restored(
    record: Mapping[str, Any],
    question: Question,
    library: Library,
    names: Mapping[str, str],
    measures: Collection[str],
) -> Row | None:
    ids = list(map(str, record["chunks"]))
    chunks = library.catalog.chunks(ids)
    if len(chunks) < len(ids):
        return None
    evidence = library.catalog.evidence([(chunks[chunk_id], 0.0) for chunk_id in ids])
    effort = Effort(Usage(*record["usage"]))
    return make_row(question, evidence, names, measures, record["latency_ms"], effort)

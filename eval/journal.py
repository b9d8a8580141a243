"""Rows on disk, written as they are made, so that a run that was stopped can go on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.datasets import Question
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
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def rows(
        self,
        questions: Sequence[Question],
        library: Library,
        names: Mapping[str, str],
        measures: Collection[str],
    ) -> dict[str, Row]:
        """The rows of earlier runs by question id, scored anew by ``measures``.

        A line that was cut off is left out, and taken from the file so that the next starts
        well; so is a row whose chunks the library no longer holds.
        """
        wanted = {question.question_id: question for question in questions}
        rows = {}
        for record in self._records():
            question = wanted.get(str(record["id"]))
            row = _restored(record, question, library, names, measures) if question else None
            if question and row:
                rows[question.question_id] = row
        return rows

    def _records(self) -> list[dict[str, Any]]:
        if not self._path.is_file():
            return []
        text = self._path.read_text(encoding="utf-8")
        whole, _, rest = text.rpartition("\n")
        if rest:
            self._path.write_text(whole + "\n" if whole else "", encoding="utf-8")
        return [json.loads(line) for line in whole.split("\n") if line]


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

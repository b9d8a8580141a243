"""Answers on disk, written as they are given, so that a run that was stopped can go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.answers.records import given_of, line
from eval.answers.values import Given
from eval.datasets import Question


class AnswerJournal:
    """One configuration's answers.

    The file's name has to stand for everything that decides what is answered. An answer in whose
    making something went wrong is not kept: the next run may have more luck.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, question: Question, given: Given) -> None:
        """Appends an answer, and returns when it is written."""
        if given.troubles or given.error:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line(question, given))

    def answers(self, questions: Sequence[Question]) -> dict[str, Given]:
        """Those of earlier runs, by question id. A line that was cut off is taken from the file."""
        if not self._path.is_file():
            return {}
        whole, _, rest = self._path.read_text(encoding="utf-8").rpartition("\n")
        if rest:
            self._path.write_text(whole + "\n" if whole else "", encoding="utf-8")
        records = [json.loads(each) for each in whole.split("\n") if each]
        wanted = {question.question_id for question in questions}
        return {each["id"]: given_of(each["id"], each) for each in records if each["id"] in wanted}

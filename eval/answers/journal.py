"""Answers on disk, written as they are given, so that a run that was stopped can go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.answers.records import given_of, record
from eval.answers.values import Given
from eval.datasets import Question
from eval.kept_lines import append, records


class AnswerJournal:
    """One configuration's answers.

    The file's name has to stand for all that decides what is answered, but for the question and
    where it is asked: those stand in the line. So what is right may be told otherwise, and
    questions added, and nothing is asked twice. No makeshift is kept: the next run may have more
    luck.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, question: Question, given: Given) -> None:
        """Appends an answer, and returns when it is written."""
        if not given.makeshift and not given.error:
            append(self._path, record(question, given))

    def answers(self, questions: Sequence[Question]) -> dict[str, Given]:
        """Those of earlier runs to the questions as they are now, by question id."""
        wanted = {question.question_id: question for question in questions}
        return {
            question.question_id: given_of(question.question_id, kept)
            for kept in records(self._path)
            if (question := wanted.get(kept["id"])) and _is_of(kept, question)
        }


def _is_of(kept: Mapping[str, Any], question: Question) -> bool:
    return (kept["question"], kept["papers"]) == (question.text, list(question.papers))

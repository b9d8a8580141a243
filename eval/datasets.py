"""Question sets: a folder with ``papers/`` and ``questions.jsonl``.

A question has ``id``, ``question``, ``paper`` (file stem; or ``papers`` for one across papers),
``answerable``, ``evidence`` (one list of passages per annotator), and optionally ``answers``,
``must_contain`` (regular expressions that a right answer matches), ``section`` and ``page``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer. ``papers`` are file stems."""

    question_id: str
    text: str
    papers: tuple[str, ...]
    answerable: bool = True
    evidence: tuple[tuple[str, ...], ...] = ()
    answers: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Papers to ingest and questions to ask them."""

    name: str
    papers: Path
    questions: tuple[Question, ...]


def load_dataset(folder: Path) -> Dataset:
    """Raises UsageError, naming the file and line, for what is not a data set."""
    path = folder / "questions.jsonl"
    if not path.is_file() or not (folder / "papers").is_dir():
        raise UsageError(f"{folder} is not a data set: it needs papers/ and questions.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    questions = tuple(_question(path, i, line) for i, line in enumerate(lines, 1) if line.strip())
    if not questions:
        raise UsageError(f"{path} holds no question")
    return Dataset(folder.resolve().name, folder / "papers", questions)


def _question(path: Path, number: int, line: str) -> Question:
    try:
        raw: dict[str, Any] = json.loads(line)
        return Question(
            str(raw["id"]),
            raw["question"],
            tuple(raw["papers"]) if "papers" in raw else (raw["paper"],),
            bool(raw.get("answerable", True)),
            tuple(tuple(passages) for passages in raw.get("evidence", [])),
            tuple(raw.get("answers", [])),
            tuple(raw.get("must_contain", [])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}, line {number}: not a question: {error!r}") from error

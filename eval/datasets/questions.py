"""``questions.jsonl``: questions with their evidence, or with the papers that answer them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from eval.datasets.lines import objects, unlike, usable
from eval.datasets.values import Question


def read_questions(path: Path, *, by_paper: bool) -> tuple[Question, ...]:
    """The questions of a file. Raises UsageError, naming the line.

    With ``by_paper``, ``papers`` names the relevant papers of a question without evidence, which
    is asked of the whole library; else ``papers`` or ``paper`` is where it is asked.
    """
    questions = []
    for number, raw in objects(path):
        try:
            question = _question(raw, by_paper)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise unlike(path, number, "a question", error) from error
        usable(question.text, path, number)
        questions.append(question)
    return tuple(questions)


def _question(raw: dict[str, Any], by_paper: bool) -> Question:
    papers = _texts(raw["papers"]) if "papers" in raw else (str(raw["paper"]),)
    judged = by_paper and not raw.get("evidence")
    return Question(
        _text(str(raw["id"])),
        _text(raw["question"]),
        () if judged else papers,
        _flag(raw.get("answerable", True)),
        tuple(_texts(passages) for passages in raw.get("evidence", [])),
        _texts(raw.get("answers", [])),
        tuple(map(_expression, _texts(raw.get("must_contain", [])))),
        dict.fromkeys(papers, 1) if judged else {},
        _text(raw.get("section") or ""),
        None if raw.get("page") is None else int(raw["page"]),
    )


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):  # "false" would count as true
        raise TypeError(f"answerable is true or false, not {value!r:.60}")
    return value


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r:.60} is no regular expression: {error}") from error
    return pattern


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list is needed, not {value!r:.60}")
    return tuple(map(_text, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string is needed, not {value!r:.60}")
    value.encode()  # raises UnicodeEncodeError, a ValueError, for what no file can hold
    return value

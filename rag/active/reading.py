"""Reads what a model wrote on the way to an answer: strict about form, lenient in wording.

Pure. What can't be used raises Unreadable, which says what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.fence import visible
from rag.text import analyse
from rag.thoughts import without_thoughts
from rag.written_json import objects_in

MAX_QUESTION_CHARS = 300
MAX_PASSAGE_CHARS = 1_200

_FENCE = re.compile(r"^\s*```\w*\s*$", re.M)
_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}\s*[.):]|[-*•–])\s+(?=\S)")
_ASK = re.compile(r"^[\s*_#>-]*(?:ask|question|follow[- ]?up)[\s*_]*\d*[\s*_]*:[\s*_]*", re.I)
_ENOUGH = re.compile(r"^[\s*_#>-]*enough\b[\s*_.!:]*$", re.I)
_NONE = re.compile(r"^\W*(?:none|no sub-?questions?)\b\W*$", re.I)
_QUOTES = "\"'`“”‘’«»* "
_REFUSAL = re.compile(
    r"^\W*(?:(?:i'?m|i am) (?:very |so )?(?:sorry|afraid|unable|not able)|sorry\b|apologies"
    r"|i (?:can(?:'t|not)|do(?:n't| not) (?:have|know)|won't)|as an ai\b|unfortunately\b)",
    re.I,
)


class Unreadable(Exception):
    """What the model wrote is not what it was asked for; the message says in what way."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What was read: one finding a line, with its markers, and what is to be asked next."""

    text: str
    questions: tuple[str, ...]


def sub_questions(text: str, question: str, most: int) -> tuple[str, ...]:
    """At most ``most`` questions, one a line or as JSON; none where the model says NONE, or but
    repeats ``question``. Raises Unreadable.
    """
    said = _said(text)
    if _NONE.match(said):
        return ()
    items = list(_strings(_parsed(said))) or [
        _ITEM.sub("", line) for line in said.splitlines() if _ITEM.match(line)
    ]
    asked = _questions(items, question)
    if not asked and not items:
        raise Unreadable(f"wrote no list of questions: {excerpt(said)}")
    return tuple(asked[:most])


def notes(text: str, most: int) -> Notes:
    """Notes, and at most ``most`` questions behind "ASK:". Raises Unreadable where there are
    neither and it does not say ENOUGH.
    """
    lines = [line for line in _said(text).splitlines() if line.strip()]
    questions = _questions([_ASK.sub("", line) for line in lines if _ASK.match(line)])
    kept = [_ITEM.sub("", x) for x in lines if not _ASK.match(x) and not _ENOUGH.match(x)]
    noted = [line.strip() for line in kept if analyse(line) and not _REFUSAL.match(line)]
    if not noted and not questions and not any(map(_ENOUGH.match, lines)):
        raise Unreadable(f"wrote no notes: {excerpt(text)}")
    return Notes("\n".join(noted), tuple(questions[:most]))


def own_passages(text: str, most: int) -> tuple[str, ...]:
    """At most ``most`` passages, numbered or apart by blank lines; none for NONE."""
    said = _said(text)
    if _NONE.match(said) or _REFUSAL.match(said):
        return ()
    numbered = re.split(r"^\s*(?:\(?\d{1,2}\s*[.):])\s+", said, flags=re.M)[1:]
    parts = numbered or re.split(r"\n\s*\n", said)
    found = [" ".join(part.split())[:MAX_PASSAGE_CHARS] for part in parts]
    return tuple([each for each in found if analyse(each) and not _NONE.match(each)][:most])


def objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects in ``text``, none for NONE. Raises Unreadable."""
    said = _said(text)
    found = objects_in(said)
    if found is None and not _NONE.match(said):
        raise Unreadable(f"wrote no list of JSON objects: {excerpt(said)}")
    return found or []


def numbers_in(value: Any, most: int) -> tuple[int, ...]:
    """The numbers from 1 to ``most`` in a JSON value, each once: in a list, a text, or alone."""
    found = [int(digits) for digits in re.findall(r"\d{1,6}", json.dumps(value))]
    return tuple(dict.fromkeys(number for number in found if 1 <= number <= most))


def excerpt(text: str) -> str:
    """The beginning of ``text``, quoted."""
    line = " ".join(visible(text).split())
    return repr(line if len(line) <= 60 else f"{line[:57]}...")


def _said(text: str) -> str:
    said = _FENCE.sub("", visible(without_thoughts(text))).strip()
    if not said:
        raise Unreadable("wrote nothing")
    return said


def _questions(items: Sequence[str], *known: str) -> list[str]:
    """Those that can be searched for, without repetitions of them or of ``known``."""
    seen, kept = {_wording(each) for each in known}, []
    for item in items:
        asked = " ".join(item.split()).strip(_QUOTES)[:MAX_QUESTION_CHARS]
        if analyse(asked) and _wording(asked) not in seen and not _REFUSAL.match(asked):
            seen.add(_wording(asked))
            kept.append(asked)
    return kept


def _wording(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _parsed(text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _strings(value: Any) -> Iterator[str]:
    """The texts of a list, of a list in an object, or of the objects in a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, str | list | dict):
                yield from _strings(each)

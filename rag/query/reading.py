"""Reads what a model wrote when it was asked for queries: strict about form, lenient in wording.

Pure. What can't be used raises Unreadable, which says what is wrong: a variant made of an apology
would spoil the search more than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rag.fence import visible
from rag.text import analyse
from rag.thoughts import without_thoughts

MAX_LINE_CHARS = 300
MAX_PASSAGE_CHARS = 2_000
MIN_PASSAGE_TERMS = 5

_FENCE = re.compile(r"^\s*```\w*\s*$", re.M)
_LIST_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}\s*[.):]|[-*•–])\s+(?=\S)")
_LABEL = re.compile(
    r"^\W*(?:(?:hypothetical |standalone |rewritten |general |step-?back |search |translated )*"
    r"(?:passage|query|question|translation|answer|keywords?|paraphrase|sub-?question)"
    r"(?: [\w.-]{1,3})?\W*:)\s*",
    re.I,
)
_PREAMBLE = re.compile(
    r"^\s*(?:sure|certainly|of course|okay|here(?:'s| is| are))\b[^\n]*:\s*\n", re.I
)
_REFUSAL = re.compile(
    r"^\W*(?:(?:i'?m|i am) (?:very |so )?(?:sorry|afraid|unable|not able)|sorry\b|apologies"
    r"|i (?:can(?:'t|not)|do(?:n't| not) have|won't)|as an ai\b|unfortunately\b)",
    re.I,
)
_QUOTES = "\"'`“”‘’«»*"


class Unreadable(Exception):
    """What the model wrote is not what it was asked for; the message says in what way."""


def passage(text: str) -> str:
    """A passage of prose on one line, of at most `MAX_PASSAGE_CHARS`. Raises Unreadable."""
    words = _bare(_PREAMBLE.sub("", _answer(text)))
    if _REFUSAL.match(words) or len(analyse(words)) < MIN_PASSAGE_TERMS:
        raise Unreadable(f"wrote no passage: {_excerpt(words)}")
    return _cut(words, MAX_PASSAGE_CHARS)


def line(text: str) -> str:
    """One question on one line, of at most `MAX_LINE_CHARS`. Raises Unreadable."""
    said = _PREAMBLE.sub("", _answer(text))
    first = next((each for each in said.splitlines() if each.strip()), "")
    words = _bare(_LIST_ITEM.sub("", first))
    if _REFUSAL.match(words) or not analyse(words):
        raise Unreadable(f"wrote no question: {_excerpt(words)}")
    return _cut(words, MAX_LINE_CHARS)


def queries(text: str, question: str, most: int) -> list[str]:
    """At most ``most`` search queries, none of them ``question`` or one of the others again.

    They come as JSON (a list, an object that holds one, a value on each line) or as a list whose
    items are numbered or marked. Raises Unreadable where there is none.
    """
    said = _answer(text)
    found = _from_json(said) or list(_from_lines(said))
    wanted = distinct((_cut(_bare(each), MAX_LINE_CHARS) for each in found), question)
    if not wanted:
        raise Unreadable(f"wrote no list of new queries: {_excerpt(_one_line(said))}")
    return wanted[:most]


def distinct(texts: Iterable[str], *known: str) -> list[str]:
    """Those of ``texts`` that can be searched for, without repetitions of them or of ``known``."""
    seen, kept = {wording(each) for each in known}, []
    for each in texts:
        if analyse(each) and wording(each) not in seen:
            seen.add(wording(each))
            kept.append(each)
    return kept


def wording(text: str) -> str:
    """``text`` without what makes no difference: case, punctuation, white space."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _answer(text: str) -> str:
    said = _FENCE.sub("", visible(without_thoughts(text))).strip()
    if not said:
        raise Unreadable("wrote nothing")
    return said


def _from_json(text: str) -> list[str]:
    whole = _parsed(text)
    if whole is not None:
        return list(_strings(whole))
    begin, end = text.find("["), text.rfind("]")
    if begin >= 0 and (inner := _parsed(text[begin : end + 1])) is not None:
        return list(_strings(inner))
    return []


def _from_lines(text: str) -> Iterator[str]:
    for each in text.splitlines():
        item = _LIST_ITEM.sub("", each)
        value = _parsed(item.rstrip(" ,"))
        if value is not None:
            yield from _strings(value)
        elif item != each and not _REFUSAL.match(item):
            yield item


def _parsed(text: str) -> Any:
    """The JSON value, if it holds anything; None otherwise."""
    if not text.lstrip().startswith(("[", "{", '"')):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _strings(value: Any) -> Iterator[str]:
    """The texts of a list, or of a list in an object, or under the names that models like."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str | dict):
                yield from _strings(each)
    elif isinstance(value, dict):
        named = [value[name] for name in ("query", "text", "question") if name in value]
        for each in named or value.values():
            if isinstance(each, str | list):
                yield from _strings(each)


def _bare(text: str) -> str:
    """``text`` on one line, without quotation marks around it or a label before it."""
    words = _one_line(text).strip(_QUOTES + " ")
    return _LABEL.sub("", words, count=1).strip(_QUOTES + " ")


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _cut(text: str, most: int) -> str:
    """At most ``most`` characters, and no part of a word if there are blanks."""
    if len(text) <= most:
        return text
    return text[: most + 1].rpartition(" ")[0] or text[:most]


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

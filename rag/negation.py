"""Whether a text says that something is not so."""

from __future__ import annotations

import re

_NEGATIONS = frozenset("no not never nor neither none cannot without".split())
_WORD = re.compile(r"\w+")
_CONTRACTED = re.compile(r"n['’]t\b")
# A bare "No" answers the question, whose sense is not known here; the others deny nothing.
_HARMLESS = re.compile(
    r"^\W*(?:no|not)\b|(?<=[.!?]\s)no\W*$|\bnot only\b|\bwith(?: and | or | and/or |/)without\b"
)
_OTHERWISE = re.compile(
    r"\b(?:lack\w*|fail\w*|absen\w+|exclu\w+|except|instead|rather than|unable|unlike)\b"
)


def negations(text: str) -> frozenset[str]:
    """The words of ``text`` that deny."""
    words = _WORD.findall(_CONTRACTED.sub(" not", text.lower()))
    return _NEGATIONS.intersection(words)


def denies(claim: str) -> bool:
    """Whether the sentence denies something, apart from an answering "no" at either end."""
    return bool(negations(_HARMLESS.sub(" ", claim.lower())))


def may_deny(passage: str) -> bool:
    """Whether ``passage`` has a word that denies, or one that often stands for such a word."""
    return bool(negations(passage)) or _OTHERWISE.search(passage.lower()) is not None

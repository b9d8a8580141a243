"""Whether a text says that something is not so."""

from __future__ import annotations

import re

_NEGATIONS = frozenset("no not never nor neither none cannot without nothing nobody".split())
_WORD = re.compile(r"\w+")
_NORTH = re.compile(r"\bNOR\b")  # in capitals it is short for a name
_CONTRACTED = re.compile(r"n['’]t\b")
# A bare "No" answers the question, whose sense is not known here; the others deny nothing.
_HARMLESS_INSIDE = re.compile(r"\bnot only\b|\bwith(?: and | or | and/or |/)without\b")
_HARMLESS = re.compile(rf"^\W*(?:no|not)\b|(?<=[.!?]\s)no\W*$|{_HARMLESS_INSIDE.pattern}")
_LACKING = (
    r"lack\w*|fail\w*|absen\w+|exclu\w+|except|instead|rather than|unable|unlike|avoid\w*|omit\w*"
    r"|remov\w+|dropp(?:ed|ing)|ablat\w+|discard\w*|disabled|ignor\w+|free of|hardly|rarely"
    r"|(?:switched|turned|left|leaves?|leaving) (?:off|out)"
    r"|un(?:clear|known|able|available|necessary|changed|affected|harmed)"
)
_OTHERWISE = re.compile(rf"\b(?:{_LACKING})\b")
_RESTRICTING = re.compile(
    rf"\b(?:{_LACKING}|alone|only|poor\w*|hurt\w*|replac\w+|independent\w*|few\w*|little"
    r"|future work"
    r"|as (?:it|they) (?:is|are|was|were)|(?:its|their) own|un(?!der|i|til|less)\w{4,})\b"
)
_TAKEN_OUT = re.compile(
    r"\b(?:(?:switched|turned) off|left out|removed|discarded|omitted|disabled|excluded|avoided"
    r"|(?:is|are|was|were|been)\sdropped)\b"
)
_DENIAL = re.compile(r"\b(?:no|not|never|neither|nor|none|cannot|without)\b")
_NO_MORE = re.compile(r"\bno(?:t)? (?:more|less|fewer|longer|later|earlier) than\b|\bno longer\b")


def negations(text: str) -> frozenset[str]:
    """The words of ``text`` that deny."""
    words = _WORD.findall(_CONTRACTED.sub(" not", _NORTH.sub(" ", text).lower()))
    return _NEGATIONS.intersection(words)


def denies(claim: str) -> bool:
    """Whether the sentence denies something, apart from an answering "no" at either end."""
    return bool(negations(_HARMLESS.sub(" ", _NORTH.sub(" ", claim).lower())))


def denials(clause: str) -> list[str]:
    """What follows each word of ``clause`` that denies, up to its end."""
    plain = _CONTRACTED.sub(" not", clause.lower())
    plain = _NO_MORE.sub(" ", _HARMLESS_INSIDE.sub(" ", plain))
    return [plain[match.end() :] for match in _DENIAL.finditer(plain)]


def says_without(claim: str) -> bool:
    """Whether ``claim`` has a word that denies, or one like "lacks" and "left out"."""
    return bool(negations(claim)) or _OTHERWISE.search(claim.lower()) is not None


def taken_out(clause: str) -> str:
    """What ``clause`` says is left out or switched off: the words before; "" if nothing."""
    match = _TAKEN_OUT.search(clause.lower())
    return clause[: match.start()] if match else ""


def may_deny(passage: str) -> bool:
    """Whether ``passage`` has a word that denies, or one that often stands for such a word."""
    return bool(negations(passage)) or _RESTRICTING.search(passage.lower()) is not None

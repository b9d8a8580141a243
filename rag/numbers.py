"""Whether the numbers of one text are in another, however each writes them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

Readings = frozenset[Decimal]
"""The values that a numeral may stand for: "28.4%" is 28.4, and .284."""

_NUMERAL = re.compile(
    r"""(?<![\w.])(?<![^\W\d_]-)(?P<sign>(?<![\w)\]])[-+])?
        (?P<value>(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3}\b)?)
        (?:\s?(?P<scale>%|K\b|k\b|M\b|B\b|thousand\b|million\b|billion\b|trillion\b))?""",
    re.VERBOSE,
)
_SCALES = {
    "%": Decimal("1e-2"),
    **dict.fromkeys(("k", "thousand"), Decimal("1e3")),
    **dict.fromkeys(("m", "million"), Decimal("1e6")),
    **dict.fromkeys(("b", "billion"), Decimal("1e9")),
    "trillion": Decimal("1e12"),
}
_LIST_NUMBER = re.compile(r"^[ \t]*(?:\(?\d{1,2}[.)])[ \t]", re.MULTILINE)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\u2009\u202f\u00a0](?=\d{3}\b)")
_TIMES_POWER = re.compile(
    r"(?<=\d)\s*[×x·⋅*∗]\s*10\s*(?:\^\s*\{?\s*(?=[-−+\d])|(?=[-−–]\s?\d))([-−–+]?)\s?(\d{1,2})\}?"
)
# Without a caret only the true minus tells a power of ten from a range.
_POWER = re.compile(r"(?<![\w.])10\s*(?:\^\s*\{?\s*(?=[-−+\d])|(?=−\d))([-−+]?)\s?(\d{1,2})\}?")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"})
_WORDS = {
    word: Decimal(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}


def borne_out(claim: str, text: str) -> bool:
    """Whether each numeral of ``claim`` has a reading that a number in ``text`` has too.

    Numbers may be spelled out in ``text``, up to twelve.
    """
    known = frozenset[Decimal]().union(*numbers(text)) | _spelled(text)
    return all(readings & known for readings in numbers(claim))


def numbers(text: str) -> list[Readings]:
    """What each numeral in ``text`` may stand for.

    "1,000" and "1 000", "1e-4", "10^{-4}" and "10−4", "65M" and "65 million" meet in one
    value. A digit inside a name ("F1", "GPT-3") is part of the name; the numbers of list items
    count for nothing.
    """
    return [_read(match) for match in _NUMERAL.finditer(_plain(text))]


def _plain(text: str) -> str:
    text = _SPACED_THOUSANDS.sub("", text)
    text = _TIMES_POWER.sub(_exponent, text)
    text = _POWER.sub(lambda match: f"1{_exponent(match)}", text)
    return _LIST_NUMBER.sub("", unicodedata.normalize("NFKC", text.translate(_MINUS)))


def _exponent(match: re.Match[str]) -> str:
    sign = "" if match[1] in ("", "+") else "-"
    return f"e{sign}{match[2]}"


def _read(match: re.Match[str]) -> Readings:
    value = Decimal(match["value"].replace(",", ""))
    if match["sign"] == "-":
        value = -value
    scale = match["scale"]
    return frozenset({value, value * _SCALES[scale.lower()]} if scale else {value})


def _spelled(text: str) -> Readings:
    words = re.findall(r"[a-z]+", text.lower())
    return frozenset(_WORDS[word] for word in words if word in _WORDS)

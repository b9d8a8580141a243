"""The numbers in a text, as values that can be compared."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(
    r"""(?<![\w.])(?<![^\W\d_]-)(?P<sign>(?<![\w)\]])[-+])?
        (?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)""",
    re.VERBOSE,
)
_LIST_NUMBER = re.compile(r"^[ \t]*(?:\(?\d{1,2}[.)])[ \t]", re.MULTILINE)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"})
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\u2009\u202f\u00a0](?=\d{3}\b)")
_WORDS = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}


def numbers(text: str) -> frozenset[float]:
    """The values of the numerals in ``text``.

    Thousands separators, percent signs and units make no difference ("1,000", "65M" and
    "28.4 %" give 1000, 65 and 28.4), nor does the kind of minus. A digit inside a name
    ("F1", "GPT-3") is part of the name; the numbers of list items count for nothing.
    """
    plain = _SPACED_THOUSANDS.sub("", text).translate(_MINUS)
    plain = _LIST_NUMBER.sub("", unicodedata.normalize("NFKC", plain))
    return frozenset(
        float(match["value"].replace(",", "")) * (-1 if match["sign"] == "-" else 1)
        for match in _NUMBER.finditer(plain)
    )


def spelled(text: str) -> frozenset[float]:
    """The values of the number words in ``text``, up to twelve."""
    words = re.findall(r"[a-z]+", text.lower())
    return frozenset(_WORDS[word] for word in words if word in _WORDS)

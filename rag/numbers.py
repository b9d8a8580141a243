"""Whether the numbers of one text are in another, however each writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.types import Span

Readings = frozenset[Decimal]
"""The values that a numeral may stand for: "28.4%" is 28.4, and .284."""

_NUMERAL = re.compile(
    r"""(?<![\w.])(?<![^\W\d_]-)(?P<sign>(?<![\w)\]])[-+])?
        (?P<value>(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3}\b)?)
        (?:\s?(?P<scale>
            %|K\b|k\b|M\b|B\b|(?i:per\s?cent|hundred|thousand|(?:million|billion|trillion)s?)\b))?""",
    re.VERBOSE,
)
_SCALES = {
    **dict.fromkeys(("%", "percent", "per cent"), Decimal("1e-2")),
    "hundred": Decimal("1e2"),
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
_E_POWER = re.compile(r"(?<=\d)e\s?\^\s?\{?\s?([-−–+]?)\s?(\d{1,2})\}?")
_CROSSED = re.compile(r"(?<=\d)(?<!\b0)x(?=\d)")
# Without a caret only the true minus tells a power of ten from a range.
_POWER = re.compile(r"(?<![\w.])10\s*(?:\^\s*\{?\s*(?=[-−+\d])|(?=−\d))([-−+]?)\s?(\d{1,2})\}?")
_ASCII_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\w,]|\.\d)")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"})
_RAISED = re.compile(r"(?<![\d.])10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})")
_NOTE = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")  # of a footnote
_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {
    **{word: str(value) for value, word in enumerate(["zero", *_ONES, *_TEENS])},
    **{word: str(10 * value) for value, word in enumerate(_TENS, 2)},
    "half": "0.5",
}
_SPELLED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})[-\s](?P<ones>{'|'.join(_ONES)})|(?P<word>{'|'.join(_WORDS)}))\b",
    re.I,
)
# "One of them", "no one", "the large one has", "the large one 3.5", "one-shot" count nothing.
_PRONOUN = re.compile(
    r"\b(?:(?:no|any|every|some|each|this|that|the|which|another)[-\s]one"
    r"|one(?=-[a-z]|\s*(?:[.,;:)]|$)|\s[\d$]|\s(?:of|another|can|could|may|might|must|should|would|is|are"
    r"|was|were|has|have|had|does|did|will|that|which|who|to|on|in|for|from|with|by|at)\b))\b",
    re.I,
)
_HALF_AS = re.compile(r"\bhalf\sas\b", re.I)
_HALF_A = re.compile(r"\bhalf\san?\s(?=\w)", re.I)
_ONE_AND_A_HALF = re.compile(r"\b(?:an?|one)\s(\w+)\sand\sa\shalf\b", re.I)
_AND_A_HALF = re.compile(r"\b(\d+)\sand\sa\s0\.5\b")  # "half" has become a numeral
_A_SCALE = re.compile(r"\ban?\s(?=(?:hundred|thousand|million|billion|trillion)\b)", re.I)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number where it stands in a text; ``scale`` is 1 where none is written with it."""

    span: Span
    value: Decimal
    scale: Decimal

    @property
    def readings(self) -> Readings:
        """What it may stand for."""
        return frozenset({self.value, self.value * self.scale})


def borne_out(claim: str, text: str) -> bool:
    """Whether each number of ``claim`` has a reading that a number in ``text`` has too."""
    known = frozenset[Decimal]().union(*numbers(text))
    return all(readings & known for readings in numbers(claim))


def numbers(text: str) -> list[Readings]:
    """What each number in ``text`` may stand for, in numerals or spelled out up to ninety-nine.

    "1,000" and "1 000", "1e-4", "10^{-4}" and "10−4", "65M" and "65 million" meet in one
    value, as do "ninety percent" and "90%"; "3x3" are two. A digit inside a name ("F1", "GPT-3")
    is part of the name; the numbers of list items count for nothing.
    """
    return [numeral.readings for numeral in numerals(spelled_alike(text))]


def numerals(text: str) -> Iterator[Numeral]:
    """The numbers of a text that `spelled_alike` has been applied to."""
    return map(_read, _NUMERAL.finditer(text))


def spelled_alike(text: str) -> str:
    """``text`` with its numbers as plain numerals, list items' own left out."""
    text = _SPACED_THOUSANDS.sub("", text)
    text = _RAISED.sub(lambda m: f"10^{unicodedata.normalize('NFKC', m[1])}", text)
    text = unicodedata.normalize("NFKC", _NOTE.sub("", text))  # "ﬁve" is five
    text = _E_POWER.sub(_exponent, _TIMES_POWER.sub(_exponent, text))
    text = _POWER.sub(lambda match: f"1{_exponent(match)}", text)
    text = _HALF_A.sub("0.5 ", _HALF_AS.sub("as", text))
    text = _ONE_AND_A_HALF.sub(r"1.5 \1", _A_SCALE.sub("1 ", _PRONOUN.sub("", text)))
    text = _AND_A_HALF.sub(r"\1.5", _SPELLED.sub(_digits, text))
    text = _CROSSED.sub(" × ", text)
    return _LIST_NUMBER.sub("", text.translate(_MINUS))


def thousands_joined(text: str) -> str:
    """``text`` with "52 318" as one number: so some write it, but so do cells side by side."""
    return _ASCII_THOUSANDS.sub(lambda match: match[0].replace(" ", ""), text)


def _exponent(match: re.Match[str]) -> str:
    sign = "" if match[1] in ("", "+") else "-"
    return f"e{sign}{match[2]}"


def _read(match: re.Match[str]) -> Numeral:
    value = Decimal(match["value"].replace(",", ""))
    scale = match["scale"]
    return Numeral(
        Span(*match.span()),
        -value if match["sign"] == "-" else value,
        _SCALES[" ".join(scale.lower().split()).removesuffix("s")] if scale else Decimal(1),
    )


def _digits(match: re.Match[str]) -> str:
    if match["word"]:
        return _WORDS[match["word"].lower()]
    return _WORDS[match["tens"].lower()][0] + _WORDS[match["ones"].lower()]

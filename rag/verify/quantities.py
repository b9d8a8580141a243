"""Numbers with what they count: "3.5 days" are "84 hours", and "8 heads" are not "8 layers"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

from rag.numbers import Numeral, numerals
from rag.text import STOP_WORDS, analyse
from rag.verify.units import UNITS, rate_at, sign_before, unit_at

PERCENT = Decimal("1e-2")
_NOUN_WORDS = 3
_NO_NOUN = STOP_WORDS | frozenset(
    "per without within via among across upon whose vs versus against".split()
    + "respectively otherwise".split()
)
_YEARS = frozenset(map(Decimal, range(1900, 2101)))


_FOLLOWING = re.compile(r"\$?[ \t\n-]*(?P<word>[^\W\d_][\w'’]*)")
_JOINED = re.compile(r"\s*(?:,|-|–|(?:,\s?)?\b(?:and|or|to)\b|\b(?:against|versus|vs)\b)\s*")
_HEDGE = re.compile(
    r"(?:\babout|\baround|\bapproximately|\broughly|\bnearly|\balmost|\bsome|\bover|\bmore than"
    r"|\bless than|\bunder|\bjust|\bclose to|~|≈|∼)\s*(?:the\s)?$",
    re.I,
)
_REDUCES = re.compile(
    r"\b(?:cost|lose|loss|lower|reduc|decreas|drop|fall|fell|declin|degrad|wors|less|minus)", re.I
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, what measures it, and the terms of the noun that follows it.

    ``after`` is the offset behind number and unit, ``end`` behind the noun. ``dimension`` is "" and
    ``size`` 1 without a unit. ``hedged``: it says "about". ``unsigned``: a loss, written without
    its minus. ``rate``: the time that it counts by, in seconds: 1 in "30 frames per second", 0 if
    by none.
    """

    numeral: Numeral
    dimension: str
    size: Decimal
    noun: frozenset[str]
    after: int
    end: int
    hedged: bool
    unsigned: bool
    rate: Decimal

    @property
    def start(self) -> int:
        """The offset of its first digit or sign."""
        return self.numeral.span.start

    @property
    def is_year(self) -> bool:
        """Whether it looks like one."""
        return self.is_bare and not self.noun and self.numeral.value in _YEARS

    @property
    def is_bare(self) -> bool:
        """Whether it is an integer without a unit, as in names."""
        whole = self.numeral.value.as_tuple().exponent == 0
        return whole and not self.dimension and self.numeral.scale == 1


@lru_cache(maxsize=1024)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Those of a text whose numbers are spelled alike (`rag.numbers.spelled_alike`)."""
    unsigned = _REDUCES.search(text) is not None
    found = [_quantity(text, numeral, unsigned) for numeral in numerals(text)]
    for place in reversed(range(len(found) - 1)):
        if _JOINED.fullmatch(text, found[place].after, found[place + 1].start):
            found[place] = _like(found[place], found[place + 1])
    return tuple(found)


def agree(claimed: Quantity, found: Quantity) -> bool:
    """Whether ``found`` may be what ``claimed`` says: the same amount, of what may be the same."""
    if claimed.rate and found.rate and claimed.rate != found.rate:
        return False
    if claimed.dimension and found.dimension:
        same = claimed.dimension == found.dimension
        return same and _equal(claimed, _amount(claimed), _amount(found))
    if (_measures(claimed) and found.noun) or (_measures(found) and claimed.noun):
        return False
    return any(_equal(claimed, *pair) for pair in _readings(claimed.numeral, found.numeral))


def comparable(claimed: Quantity, other: Quantity) -> bool:
    """Whether ``other`` measures in the way that ``claimed`` does."""
    scales = {claimed.numeral.scale, other.numeral.scale}
    fractions = scales <= {PERCENT, Decimal(1)} or PERCENT not in scales
    same = claimed.dimension == other.dimension and claimed.is_year == other.is_year
    return same and fractions


def _measures(quantity: Quantity) -> bool:
    """Whether it has a unit; "five times" may be five of anything."""
    return quantity.dimension not in ("", "ratio")


def _quantity(text: str, numeral: Numeral, unsigned: bool) -> Quantity:
    at = numeral.span.end
    unit = None if _is_decade(text, numeral) else unit_at(text, at)
    dimension, size = (
        UNITS[unit["unit"]] if unit else (sign_before(text, numeral.span.start, at), Decimal(1))
    )
    after = unit.end() if unit else at
    end = _noun_end(text, after)
    noun = frozenset(analyse(text[after:end]))
    hedged = _HEDGE.search(text[max(0, numeral.span.start - 20) : numeral.span.start]) is not None
    return Quantity(numeral, dimension, size, noun, after, end, hedged, unsigned, rate_at(text, at))


def _like(quantity: Quantity, following: Quantity) -> Quantity:
    """The first of "9.8 and 7.5 s", which shares what measures the second."""
    bare = not quantity.dimension and not quantity.noun and quantity.numeral.scale == 1
    if not bare or quantity.is_year:
        return quantity
    numeral = replace(quantity.numeral, scale=following.numeral.scale)
    measured = replace(quantity, dimension=following.dimension, size=following.size)
    return replace(measured, numeral=numeral, noun=following.noun)


def _is_decade(text: str, numeral: Numeral) -> bool:
    return numeral.value in _YEARS and text[numeral.span.end : numeral.span.end + 1] == "s"


def _noun_end(text: str, at: int) -> int:
    for _ in range(_NOUN_WORDS):
        word = _FOLLOWING.match(text, at)
        if word is None or word["word"].lower() in _NO_NOUN:
            break
        at = word.end()
    return at


def _amount(quantity: Quantity) -> Decimal:
    return quantity.numeral.value * quantity.numeral.scale * quantity.size


def _readings(claimed: Numeral, found: Numeral) -> list[tuple[Decimal, Decimal]]:
    """Pairs of values of which one must be equal. A found "86 million" is not 86, but what is
    "86M" in the claim may be 86 in a column of millions; a share may go without its "%".
    """
    full = (claimed.value * claimed.scale, found.value * found.scale)
    plain = (claimed.value, found.value)
    if claimed.scale == found.scale:
        return [plain]
    if found.scale == 1:
        return [full, plain]
    return [full, plain] if claimed.scale == 1 and found.scale == PERCENT else [full]


def _equal(claimed: Quantity, said: Decimal, value: Decimal) -> bool:
    if claimed.unsigned and value < 0 < said:
        value = -value
    if said == value or not claimed.hedged:
        return said == value
    step = Decimal((0, (1,), _last_place(said)))
    roundings = (ROUND_HALF_UP, ROUND_FLOOR, ROUND_CEILING)
    return said in [(value / step).to_integral_value(way) * step for way in roundings]


def _last_place(value: Decimal) -> int:
    """The power of ten of the last digit that counts: 3 for 52,000, -1 for 0.5."""
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0

"""Whether the numbers of a sentence are in the evidence at all, wherever."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rag.numbers import spelled_alike, thousands_joined
from rag.verify.quantities import Quantity, agree, quantities

_ALL = re.compile(r"\ball\s(?:(?:the|of\sthe|these)\s)?$", re.I)
_MOST_COUNTED_OFF = 6
_THE_TWO = re.compile(r"\b(?:the|these|those)\stwo\b", re.I)
_SPELLS_ONE = re.compile(r"\bone[\s-](\w+)", re.I)


def known_quantities(readable: str) -> list[Quantity]:
    """Its quantities; "52 318" may be one number or two."""
    plain = spelled_alike(readable)
    joined = thousands_joined(plain)
    return [*quantities(plain), *(quantities(joined) if joined != plain else ())]


def claimed(claim: str, readable: str, known: Sequence[Quantity]) -> str:
    """``claim`` with its numbers spelled alike; "one" is none where the evidence has its noun, nor
    is "the two" where it says "both".
    """
    words = set(re.findall(r"\w+", readable.lower()))
    bare = _SPELLS_ONE.sub(lambda one: one[1] if one[1].lower() in words else one[0], claim)
    plain = spelled_alike(_THE_TWO.sub("", bare) if "both" in words else bare)
    joined = thousands_joined(plain)
    return joined if all(_is_said(each, known) for each in quantities(joined)) else plain


def _is_said(claimed: Quantity, known: Collection[Quantity]) -> bool:
    return any(agree(claimed, each) for each in known)


def _is_tally(claim: str, quantity: Quantity, known: Collection[Quantity]) -> bool:
    """Whether it counts off what the evidence lists and does not count: "on all three sets"."""
    counted = any(quantity.noun & each.noun for each in known)
    few = quantity.is_bare and 2 <= quantity.numeral.value <= _MOST_COUNTED_OFF
    return few and not counted and _ALL.search(claim[: quantity.start]) is not None


def are_there(claim: str, known: Collection[Quantity]) -> bool:
    """Whether each number of ``claim``, as `claimed` spells it, is among the ``known``."""
    stated = [each for each in quantities(claim) if not _is_tally(claim, each, known)]
    return all(_is_said(each, known) for each in stated)

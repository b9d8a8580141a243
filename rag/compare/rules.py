"""Pairs of claims that agree or conflict, by their numbers and their denials.

Pure, and weak: it compares how two sentences are worded, not what they mean. Two numbers are taken
for one quantity where the words around them are the same; where these leave out on what it was
measured, there is no conflict. `LIMITS` says so to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from rag.negation import denies
from rag.numbers import numbers
from rag.text import STOP_WORDS, analyse
from rag.types.comparison import ClaimPair, PaperClaim, Relation

LIMITS = (
    "Pairs were found by rule: the same words around different numbers, or a denial on one side. "
    "Whether both papers measured the same thing is for you to judge, and conflicts in other words "
    "are not seen; a language model in the configuration looks for these, too."
)

MIN_SHARED = 0.6
"""The share of a denying clause's terms that the other claim must have to be what it denies."""

_NEAR = 3
"""Words, stop words apart, on either side of a number that say what it counts."""

_FEWEST = 2
"""Terms that two numbers must share for one quantity."""

_NUMERAL = re.compile(
    r"(?<!\S)[$~]?\d[\d.,]*(?:e[-+]?\d+)?(?:\s?%|[kKMB])?(?=$|\s|[.,;:)])|(?<!\S)\.\d+\b"
)
_SETTING = re.compile(
    r"\b(?:with|if|when|for|at)\s+(?:\w+\s+){0,2}\w{1,12}\s*=\s*$|\bbetween\s+$", re.I
)
"""Before the number of a case that is spoken of, rather than of what is said of it."""

_CLAUSE = re.compile(r"[,;:()]|\b(?:and|but|while|whereas|although)\b")
_WORD = re.compile(r"[^\W\d_][\w-]*")


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number as it stands, what it may be read as, and the terms around it."""

    text: str
    readings: frozenset[Decimal]
    about: frozenset[str]


def pairs(claims: Sequence[PaperClaim]) -> tuple[ClaimPair, ...]:
    """The pairs of claims of different papers that are about the same, conflicts first."""
    found = [
        pair
        for (i, one), (j, other) in combinations(enumerate(claims), 2)
        if one.paper_id != other.paper_id and (pair := _pair(i, one.text, j, other.text))
    ]
    return tuple(sorted(found, key=lambda pair: pair.relation is Relation.AGREE))


def _pair(i: int, one: str, j: int, other: str) -> ClaimPair | None:
    same = list(_same_quantities(one, other))
    agreed = next((first for first, second in same if first.readings & second.readings), None)
    if agreed:
        return ClaimPair(Relation.AGREE, i, j, f"both say {agreed.text}")
    if same:
        first, second = same[0]
        about = ", ".join(sorted(first.about & second.about))
        why = f"{first.text} against {second.text}, both by the words: {about}"
        return ClaimPair(Relation.CONFLICT, i, j, why)
    if denies(one) != denies(other) and (_denied(one, other) or _denied(other, one)):
        return ClaimPair(Relation.CONFLICT, i, j, "one denies what the other says")
    return None


def _denied(denial: str, claim: str) -> bool:
    """Whether a clause of ``denial`` that denies something is about what ``claim`` says."""
    said = _terms(claim)
    clauses = (_terms(each) for each in _CLAUSE.split(denial) if denies(each))
    return any(
        len(each) > _FEWEST and len(each & said) >= MIN_SHARED * len(each) for each in clauses
    )


def _same_quantities(one: str, other: str) -> Iterator[tuple[_Quantity, _Quantity]]:
    """Each quantity of ``one`` with that of ``other`` which shares most of what it counts."""
    others = list(_quantities(other))
    for quantity in _quantities(one):
        near = max(others, key=lambda each: len(each.about & quantity.about), default=None)
        if near and len(near.about & quantity.about) >= _FEWEST:
            yield quantity, near


def _quantities(text: str) -> Iterator[_Quantity]:
    for match in _NUMERAL.finditer(text):
        if _SETTING.search(text[: match.start()]):
            continue
        readings = frozenset[Decimal]().union(*numbers(match[0]))
        before, after = _telling(text[: match.start()]), _telling(text[match.end() :])
        about = _terms(" ".join([*before[-_NEAR:], *after[:_NEAR]]))
        if readings and about:
            yield _Quantity(match[0].strip(" .,"), readings, about)


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.lower() not in STOP_WORDS]


def _terms(text: str) -> frozenset[str]:
    return frozenset(analyse(text)) - STOP_WORDS

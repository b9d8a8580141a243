"""Whether the numbers of a sentence are the evidence's, and said of what the evidence says them of.

A number may stand in the evidence and belong to something else: "trained for 16 days on 3.5 GPUs".
So each place where it stands is held against the other numbers of the same kind. It is contested
where one of these is closer to the words of the sentence, term by term; a number is misplaced when
it is contested everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.numbers import spelled_alike
from rag.quotes import lines_joined
from rag.text import analyse
from rag.types import Evidence
from rag.verify.cells import fits_cells, is_in_cells, without_cells, written_out
from rag.verify.contested import is_contested, is_under_another
from rag.verify.mention import Mention
from rag.verify.mentions import mentions
from rag.verify.presence import are_there, claimed, known_quantities
from rag.verify.quantities import Quantity, agree, comparable
from rag.verify.wording import headings, initialisms, own, parts, subject, telling

_COPIED = 5
"""So many terms in the evidence's own order and words say the same of a number as it does."""

_REFERENCE = re.compile(r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]")
_LIMITS = re.compile(r"_\{[^{}=]*=[^{}]*\}(?:\^\{[^{}]*\})?")  # of a sum: they count nothing


def numbers_hold(claim: str, readable: str, cited: Sequence[Evidence]) -> bool:
    """Whether each number of ``claim`` is in ``readable``, all that was cited, and in its place."""
    known = known_quantities(readable)
    said = claimed(claim, readable, known)
    numbers = mentions(said)
    return are_there(said, known) and all(_in_place(said, each, numbers, cited) for each in numbers)


def _in_place(
    claim: str, number: Mention, numbers: Sequence[Mention], cited: Sequence[Evidence]
) -> bool:
    """Whether it is uncontested somewhere, be it only because no sentence or cell has it."""
    if _is_copied(claim, number.quantity, cited):
        return True
    found = [
        _fits_text(claim, number, numbers, each) or _fits_cells(claim, number, numbers, each)
        for each in cited
        if _is_there(number.quantity, each)
    ]
    return any(found) or not found


def _is_there(quantity: Quantity, evidence: Evidence) -> bool:
    return is_in_cells(quantity, evidence) or any(
        agree(quantity, each.quantity) for each in _mentions(evidence)
    )


def _mentions(evidence: Evidence) -> Sequence[Mention]:
    return _mentions_of(without_cells(evidence))


@lru_cache(maxsize=512)
def _mentions_of(text: str) -> Sequence[Mention]:
    return mentions(spelled_alike(_REFERENCE.sub("", _LIMITS.sub(" ", text))))


def _fits_text(claim: str, number: Mention, numbers: Sequence[Mention], evidence: Evidence) -> bool:
    """Whether a sentence has it where nothing contests it."""
    there = _mentions(evidence)
    terms = _terms(number, numbers)
    together = [each for each in numbers if _is_joined(each, number)]
    others = [each for each in there if _competes(each, number, terms, together)]
    later = _subjects_own(subject(claim) & terms, evidence, others)
    rivals = [e for e in numbers if e.group != number.group and e.segment == number.segment]
    return any(
        _is_listed(number, numbers, each, there)
        or not (
            is_contested(claim, number, terms, each, _not_apart(each, others, rivals, there))
            or is_under_another(each, rivals, there)
            or any(each.place < other.place for other in _but_counted(each, number, later))
        )
        for each in there
        if agree(number.quantity, each.quantity)
    )


def _not_apart(
    own: Mention, others: Sequence[Mention], beside: Sequence[Mention], there: Sequence[Mention]
) -> list[Mention]:
    """``others`` without those of sentences that have none of the numbers ``beside`` it in the
    claim, if its own sentence has one.
    """

    def is_met(mention: Mention) -> bool:
        same = [e for e in there if e.place == mention.place and e.group != mention.group]
        return any(agree(b.quantity, e.quantity) for b in beside for e in same)

    met = is_met(own)
    return [e for e in others if not met or e.place == own.place or is_met(e)]


def _but_counted(own: Mention, number: Mention, later: Sequence[Mention]) -> Sequence[Mention]:
    """None of ``later`` if ``own`` counts what the claim counts."""
    return [] if own.quantity.noun & number.quantity.noun else later


def _subjects_own(
    mine: frozenset[str], evidence: Evidence, others: Sequence[Mention]
) -> list[Mention]:
    """Those beside the claim's subject, in the sentence that speaks of it for the first time."""
    if not mine or mine & telling(headings(evidence)):
        return []
    spoken = [mine <= telling(part) for part in parts(spelled_alike(without_cells(evidence)))]
    first = spoken.index(True) if any(spoken) else -1
    return [each for each in others if each.place == first and mine <= each.near]


def _is_listed(
    number: Mention, numbers: Sequence[Mention], own: Mention, there: Sequence[Mention]
) -> bool:
    """Whether claim and evidence give several numbers of a kind side by side, in the same order."""
    said = [each for each in numbers if comparable(number.quantity, each.quantity)]
    kind = [e for e in there if e.place == own.place and comparable(own.quantity, e.quantity)]
    start = kind.index(own) - said.index(number)
    beside = kind[start : start + len(said)] if start >= 0 else []
    return 1 < len(said) == len(beside) and all(
        agree(one.quantity, other.quantity) and _may_count(one.quantity, other.quantity)
        for one, other in zip(said, beside, strict=True)
    )


def _may_count(one: Quantity, other: Quantity) -> bool:
    """Whether nothing tells that they count different things."""
    return bool(one.noun & other.noun) or not (one.noun and other.noun)


def _fits_cells(
    claim: str, number: Mention, numbers: Sequence[Mention], evidence: Evidence
) -> bool:
    """Whether a cell has it in a row and a column that the claim may name."""
    together = [each.quantity for each in numbers if comparable(number.quantity, each.quantity)]
    named = written_out(_named(number, numbers, evidence)) | initialisms(claim) | own(claim)
    return fits_cells(number.quantity, together, named, evidence)


def _terms(number: Mention, numbers: Sequence[Mention]) -> frozenset[str]:
    """The terms of the claim that may be about this number: not those beside another one."""
    others = [each for each in numbers if each.group != number.group]
    near = frozenset().union(*(each.near for each in others)) - number.near
    written = [each.written for each in others if _is_apart(number, each)]
    return number.sentence - near - frozenset[str]().union(*written)


def _is_apart(number: Mention, other: Mention) -> bool:
    """Whether ``other`` can't be what ``number`` holds for, as 8 heads may have 64 dimensions."""
    return comparable(number.quantity, other.quantity) or number.segment != other.segment


def _is_copied(claim: str, quantity: Quantity, cited: Sequence[Evidence]) -> bool:
    """Whether the number stands amid words that were copied."""
    before = analyse(claim[: quantity.start])[-_COPIED:]
    after = analyse(claim[quantity.after :])[:_COPIED]
    around = [*before, *analyse(claim[quantity.start : quantity.after]), *after]
    there = [_in_a_row(e.chunk.text) for e in cited]
    lengths = range(len(before) - _COPIED + 1, len(before) + 1)
    windows = [around[max(start, 0) : start + _COPIED] for start in lengths]
    return any(
        len(window) == _COPIED and f" {' '.join(window)} " in text
        for window in windows
        for text in there
    )


@lru_cache(maxsize=512)
def _in_a_row(text: str) -> str:
    """Its terms, each between blanks."""
    return f" {' '.join(analyse(spelled_alike(lines_joined(text))))} "


def _is_joined(one: Mention, other: Mention) -> bool:
    return other.group in (one.group, one.part_of) or one.group == other.part_of


def _named(number: Mention, numbers: Sequence[Mention], evidence: Evidence) -> frozenset[str]:
    """The terms of the claim that may name the number's row and column: all but those beside
    others that are in cells, too.
    """
    others = [each for each in numbers if each.group != number.group]
    near = [each.near for each in others if is_in_cells(each.quantity, evidence)]
    return number.sentence - (frozenset().union(*near) - number.near)


def _competes(
    other: Mention, number: Mention, terms: frozenset[str], together: Sequence[Mention]
) -> bool:
    """Whether it is of the same kind, of what the claim speaks of, and not said by the claim."""
    counts = other.quantity.noun
    return (
        comparable(number.quantity, other.quantity)
        and (not counts or bool(counts & terms))
        and not any(agree(each.quantity, other.quantity) for each in together)
    )

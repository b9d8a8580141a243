"""Whether a number in the evidence belongs to something else than what the claim says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text import analyse
from rag.verify.mention import Mention
from rag.verify.quantities import agree
from rag.verify.wording import LIGHT, telling

# Whether something "falls" or "is lowered" to a number does not tell of which it is.
_CHANGES = frozenset(
    analyse("rise raise increase grow gain fall lower decrease reduce drop decline improve change")
)
_ORIGIN = re.compile(
    r"\b(?:from|before|with|initial\w*|original\w*|full|than|instead|compared|previous\w*)\b", re.I
)

_UNDONE = re.compile(r"\b(?:before|prior to|without)\s(?:the\s)?(?P<what>[\w-]+)", re.I)


def is_contested(
    claim: str,
    number: Mention,
    terms: frozenset[str],
    own: Mention,
    others: Sequence[Mention],
) -> bool:
    """Whether one of ``others`` in the evidence is rather what ``claim`` speaks of than ``own``.

    ``own`` is where the evidence has the claim's ``number``, about which the claim has ``terms``.
    """
    if own.origin and _says_outcome(claim, own, terms):
        return True
    if own.outcome and _says_origin(claim, own):
        return True
    noun = number.quantity.noun
    return any(
        (_is_closer(other, own, terms) and not _counts_alone(own, other, noun))
        or _has_noun(other, own, noun)
        or _has_rest(other, own, terms)
        for other in others
    )


def is_under_another(own: Mention, conditions: Sequence[Mention], there: Sequence[Mention]) -> bool:
    """Whether the evidence has the number for "50 evaluations" and the claim for "12 evaluations",
    for which the evidence has another one.
    """
    sentence = [each for each in there if each.place == own.place and each.group != own.group]
    here = _nearest(own, conditions, [e for e in sentence if e.segment == own.segment])
    if any(agree(c.quantity, each.quantity) for c in conditions for each in here):
        return False
    return any(
        bool(each.quantity.noun & condition.quantity.noun)
        and any(agree(condition.quantity, other.quantity) for other in sentence)
        for condition in conditions
        for each in here
        if not condition.quantity.noun & own.quantity.noun
    )


def _nearest(
    own: Mention, conditions: Sequence[Mention], there: Sequence[Mention]
) -> Sequence[Mention]:
    """Those of the same clause, if they count what the conditions count; else all."""
    beside = [each for each in there if each.clause == own.clause]
    counted = frozenset().union(*(each.quantity.noun for each in conditions))
    return beside if any(counted & each.quantity.noun for each in beside) else there


def _is_closer(other: Mention, own: Mention, terms: frozenset[str]) -> bool:
    """Whether ``other`` is as close to every term, and closer to one."""
    told = terms - LIGHT - _CHANGES
    gains = any(other.closeness(term) > own.closeness(term) for term in told)
    return gains and all(other.claim_on(term) >= own.closeness(term) for term in told)


def _counts_alone(own: Mention, other: Mention, noun: frozenset[str]) -> bool:
    """Whether ``own`` counts what the claim counts and ``other`` does not: "47B parameters, of
    which 13B are active" counts the same twice.
    """
    elliptic = other.quantity.numeral.scale > 1 and not other.quantity.noun
    return bool(noun & own.quantity.noun) and not noun & other.quantity.noun and not elliptic


def _has_noun(other: Mention, own: Mention, noun: frozenset[str]) -> bool:
    """Whether what the claim counts is counted by ``other`` and not by ``own``."""
    own_counts = bool(own.quantity.noun or own.quantity.dimension)
    counted = bool(noun) and own_counts and not noun & own.near
    return counted and noun <= other.quantity.noun


def _has_rest(other: Mention, own: Mention, terms: frozenset[str]) -> bool:
    """Whether ``other`` is meant of two parts like "80% for training, 10% for testing"."""
    if own.place != other.place or not own.behind:
        return False
    return not own.behind & terms and bool(other.behind & terms - LIGHT - own.near)


def _says_origin(claim: str, own: Mention) -> bool:
    """Whether the claim gives, for what was before the change, what the change brought about."""
    undone = _UNDONE.search(claim)
    return undone is not None and bool(telling(undone["what"]) & own.near)


def _says_outcome(claim: str, own: Mention, terms: frozenset[str]) -> bool:
    """Whether the claim gives, for what changed a number, the number from before the change."""
    return not _ORIGIN.search(claim) and len(terms & own.near - LIGHT) > 1

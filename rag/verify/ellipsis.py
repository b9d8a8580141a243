"""What numbers share with one another and is said but once: "4 of the 9 runs", "A (3), B (5)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.verify.mention import Mention
from rag.verify.quantities import Quantity, comparable

_OF = re.compile(r"(?:^|[;,:]\s)(?:out\s)?of\s(?:(?:the|all|our)\s)?$", re.I)
_PARTITIVE = re.compile(r"\s*(?:out\s)?of\s(?:(?:the|all|its|our)\s)?")


def completed(text: str, made: Sequence[Mention]) -> list[Mention]:
    """The mentions of one sentence, in order, with what goes without saying."""
    return _inheriting(_shared(_elliptic(text, _parts_of_a_whole(text, _partitive(text, made)))))


def _parts_of_a_whole(text: str, made: Sequence[Mention]) -> list[Mention]:
    """The mentions, "of 7,052 policies we labelled 230" with policies in both."""
    if not made or not _OF.search(text[: made[0].quantity.start]):
        return list(made)
    whole, *others = made
    noun = whole.quantity.noun
    return [whole] + [
        replace(each, quantity=replace(each.quantity, noun=noun), near=each.near | noun)
        if each.quantity.is_bare and not each.quantity.noun and each.segment == whole.segment
        else each
        for each in others
    ]


def _partitive(text: str, made: Sequence[Mention]) -> list[Mention]:
    """The mentions, "100 of the 3,400 clients" with clients in both."""
    done = list(made)
    for place, (part, whole) in enumerate(pairwise(made)):
        if _PARTITIVE.fullmatch(text, part.quantity.after, whole.quantity.start):
            noun = whole.quantity.noun
            quantity = replace(part.quantity, noun=noun)
            done[place] = replace(
                part, quantity=quantity, near=part.near | noun, part_of=whole.group
            )
    return done


def _elliptic(text: str, made: Sequence[Mention]) -> list[Mention]:
    """The mentions; "A has 3,100 samples, followed by B (1,450)" gives B samples, too."""
    done = list(made)
    for place, (before, each) in enumerate(pairwise(made), 1):
        alone = text[: each.quantity.start].endswith("(") and text[each.quantity.after :][:1] == ")"
        if alone and comparable(before.quantity, each.quantity):
            done[place] = replace(each, quantity=replace(each.quantity, noun=before.quantity.noun))
    return done


def _inheriting(made: Sequence[Mention]) -> list[Mention]:
    return [
        replace(
            each,
            above=each.near.union(
                *(e.near for e in made[:place] if _is_alike(e.quantity, each.quantity))
            ),
        )
        for place, each in enumerate(made)
    ]


def _is_alike(one: Quantity, other: Quantity) -> bool:
    """Whether both count the same, or one what the other does not repeat."""
    scaled = one.numeral.scale > 1 and not (one.noun and other.noun)
    counted = bool(one.noun & other.noun) or not (one.noun or other.noun) or scaled
    return counted and comparable(one, other) and one.numeral.scale == other.numeral.scale


def _shared(made: Sequence[Mention]) -> list[Mention]:
    near: dict[int, frozenset[str]] = {}
    for each in made:
        near[each.group] = near.get(each.group, frozenset()) | each.near
    for before, each in pairwise(made):
        if each.origin and not near[each.group]:  # "by 66%, from 0.041 to 0.014"
            near[each.group] = near[before.group]
    return [replace(each, near=near[each.group]) for each in made]


def aligned(found: Sequence[Mention]) -> list[Mention]:
    """The mentions of a sentence; "... A has 4 and B 3; there, 9 and 7" gives 9 to A and 7 to B."""
    groups: dict[int, list[int]] = {}
    for place, each in enumerate(found):
        groups.setdefault(each.group, []).append(place)
    done = list(found)
    for places in groups.values():
        start, numbers = places[0], [found[place] for place in places]
        alike = [e for e in found[:start] if comparable(e.quantity, numbers[0].quantity)]
        above = alike[-len(numbers) :]
        listed = 1 < len(numbers) == len(above) and not numbers[0].origin
        if listed and _is_parallel(above, numbers):
            told = [a.near for a in above]
            if all(a.behind for a in above):  # "it reaches 55% accuracy and 58% precision"
                told = [a.behind for a in above]
            for place, (number, model) in enumerate(zip(numbers, told, strict=True), start):
                own = model - frozenset().union(*(each for each in told if each is not model))
                done[place] = replace(
                    number, stretch=number.stretch | own, above=number.above | own
                )
    return done


def _is_parallel(above: Sequence[Mention], numbers: Sequence[Mention]) -> bool:
    apart = all(one.group != next_.group for one, next_ in pairwise(above))
    return apart and all(
        comparable(one.quantity, other.quantity) for one, other in zip(above, numbers, strict=True)
    )

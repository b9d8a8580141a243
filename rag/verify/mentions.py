"""What numbers in running text are said of: the words beside each, up to the next number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rag.text import analyse
from rag.verify.quantities import Quantity, comparable, quantities
from rag.verify.wording import parts

MOST_NUMBERS = 100
"""A sentence with more is none: rows that were run together, or code."""

_BOUND = re.compile(
    r"[,;:()|]|\s[–—-]\s"
    r"|\b(?:and|or|plus|but|while|whereas|yet|against|versus|vs|compared)\b",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[;:]\s|\b(?:while|whereas)\b|,\s(?:and|but|yet)\b")
_PARTITIVE = re.compile(r"\s*(?:out\s)?of\s(?:(?:the|all|its|our)\s)?")
_JOINED = re.compile(r"[\W_]*(?:and|or|to|by)?[\W_]*", re.IGNORECASE)

_OUTCOME = re.compile(
    r"^(?!.*\b(?:before|prior|without|remov\w*|dropping)\b)"
    r".*\b(?:rais|ris|rose|increas|grow|lower|reduc|decreas|fall|fell|declin|improv|bring|cut|shrink)"
    r"\w*\b.*\bto\s$",
    re.I | re.S,
)
_NAME_BEFORE = re.compile(r"(?:\b[\w&]*[A-Z][\w&]*[A-Z][\w&]*[\s-]?|[@#])$")
_OPENS_ITEM = re.compile(r"(?:^|[;:,.]\s|\()[${(]*$")
_LAST_ITEM = 20
_CLOSES_ITEM = re.compile(r"}?\)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity, and the terms of its ``sentence``: those ``near`` it, ``behind`` it, and all.

    Numbers with no word between them ("0.63 and 0.25") are one ``group`` and share what is near.
    ``segment`` counts the stretches between semicolons and the like, ``stretch`` has the terms of
    its own, and ``clause`` counts what commas and "and" part as well.
    ``above``: what is near those before it in the sentence that are of its kind, since it may go
    without saying. ``origin``: it is the first of "from 3 to 5"; ``outcome``: it
    is what something that is done brings about, "lowers it to 5"; ``part_of``: the group of the
    other number in "100 of the 3,400 clients".
    """

    quantity: Quantity
    near: frozenset[str]
    behind: frozenset[str]
    sentence: frozenset[str]
    stretch: frozenset[str]
    place: int
    group: int
    segment: int
    clause: int
    origin: bool
    outcome: bool
    part_of: int = -1
    above: frozenset[str] = frozenset()

    def closeness(self, term: str) -> float:
        """How much ``term`` belongs to the number: 1 beside it, less in its segment or only in its
        sentence, else 0.
        """
        if term in self.near:
            return 1.0
        return 0.75 if term in self.stretch else 0.5 * (term in self.sentence)

    def claim_on(self, term: str) -> float:
        """The same, with what may go without saying."""
        return 1.0 if term in self.above else self.closeness(term)


@lru_cache(maxsize=512)
def mentions(text: str) -> tuple[Mention, ...]:
    """The quantities of a text whose numbers are spelled alike, in order, where it is prose."""
    found: list[Mention] = []
    for place, part in enumerate(parts(text)):
        if len(quantities(part)) <= MOST_NUMBERS:
            found += _aligned(_of_sentence(part, place, len(found)))
    return tuple(found)


def _of_sentence(text: str, place: int, first_group: int) -> list[Mention]:
    found = [each for each in quantities(text) if not _is_label(text, each)]
    numbers = [(q.start, q.after) for q in found]
    bounds = [m for m in _BOUND.finditer(text) if not any(s <= m.start() < e for s, e in numbers)]
    made = []
    group = first_group
    for number, (before, quantity, after) in enumerate(_neighbours(found)):
        left, right = _reach(text, bounds, before, quantity, after)
        group += bool(number and not _together(text, before, quantity))
        behind = frozenset(analyse(text[quantity.after : right]))
        near = behind | frozenset(analyse(text[left : quantity.start]))
        origin = _is_origin(text, quantity)
        terms = frozenset(analyse(f"{text[: quantity.start]} {text[quantity.after :]}"))
        segment, stretch = _segment(text, quantity)
        clause = sum(bound.start() < quantity.start for bound in bounds)
        outcome = _OUTCOME.search(_SEGMENT.split(text[: quantity.start])[-1]) is not None
        told = (terms, stretch, place, group, segment, clause, origin, outcome)
        made.append(Mention(quantity, near, behind, *told))
    return _inheriting(_shared(_elliptic(text, _partitive(text, made))))


def _is_label(text: str, quantity: Quantity) -> bool:
    """Whether it is a part of a name ("GTX 1080", "recall@20"), or counts what is listed."""
    if not quantity.is_bare:
        return False
    before, after = text[: quantity.start], text[quantity.numeral.span.end :]
    listed = _OPENS_ITEM.search(before) and _CLOSES_ITEM.match(after)
    return bool(listed and quantity.numeral.value <= _LAST_ITEM) or bool(_NAME_BEFORE.search(before))


def _neighbours(
    found: Sequence[Quantity],
) -> Iterator[tuple[Quantity | None, Quantity, Quantity | None]]:
    around: list[Quantity | None] = [None, *found, None]
    return ((around[i], quantity, around[i + 2]) for i, quantity in enumerate(found))


def _reach(
    text: str,
    bounds: Sequence[re.Match[str]],
    before: Quantity | None,
    quantity: Quantity,
    after: Quantity | None,
) -> tuple[int, int]:
    """From the clause of the number before to the end of its own clause, or the next number."""
    left = 0
    if before:
        between = [b.end() for b in bounds if before.after <= b.start() < quantity.start]
        left = between[0] if between else _behind_noun(text, before)
    ends = [bound.start() for bound in bounds if bound.start() >= quantity.after]
    right = min([len(text), *ends, *([after.start] if after else [])])
    return left, right


def _behind_noun(text: str, quantity: Quantity) -> int:
    """Where its noun ends; of more than two words the first is taken: a verb may be among them."""
    words = list(re.finditer(r"\w+", text[quantity.after : quantity.end]))
    return quantity.after + words[0].end() if len(words) > 2 else quantity.end


def _together(text: str, before: Quantity | None, quantity: Quantity) -> bool:
    return before is not None and bool(
        _JOINED.fullmatch(text, before.after, quantity.start) and comparable(before, quantity)
    )


def _segment(text: str, quantity: Quantity) -> tuple[int, frozenset[str]]:
    before = _SEGMENT.split(text[: quantity.start])
    after = _SEGMENT.split(text[quantity.after :])
    return len(before) - 1, frozenset(analyse(f"{before[-1]} {after[0]}"))


def _is_origin(text: str, quantity: Quantity) -> bool:
    before, after = text[: quantity.start].lower().split(), text[quantity.after :].lower().split()
    return before[-1:] == ["from"] and after[:1] == ["to"]


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


def _aligned(found: Sequence[Mention]) -> list[Mention]:
    """The mentions of a sentence; "... A has 4 and B 3; there, 9 and 7" gives 9 to A and 7 to B."""
    groups: dict[int, list[int]] = {}
    for place, each in enumerate(found):
        groups.setdefault(each.group, []).append(place)
    done = list(found)
    for places in groups.values():
        start, numbers = places[0], [found[place] for place in places]
        above = found[max(0, start - len(numbers)) : start]
        listed = 1 < len(numbers) == len(above) and not numbers[0].origin
        if listed and _is_parallel(above, numbers):
            told = [a.near for a in above]
            if all(a.behind for a in above):  # "it reaches 55% accuracy and 58% precision"
                told = [a.behind for a in above]
            for place, (number, model) in enumerate(zip(numbers, told, strict=True), start):
                own = model - frozenset().union(*(each for each in told if each is not model))
                done[place] = replace(number, near=number.near | own, above=number.above | own)
    return done


def _is_parallel(above: Sequence[Mention], numbers: Sequence[Mention]) -> bool:
    apart = all(one.group != next_.group for one, next_ in pairwise(above))
    return apart and all(
        comparable(one.quantity, other.quantity) for one, other in zip(above, numbers, strict=True)
    )

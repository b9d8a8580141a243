"""What numbers in running text are said of: the words beside each, up to the next number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.text import analyse
from rag.verify.ellipsis import aligned, completed
from rag.verify.mention import Mention
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
_JOINED = re.compile(r"[\W_]*(?:and|or|to|by)?[\W_]*", re.IGNORECASE)
_OPPOSED = re.compile(r"[\W_]*(?:and|or|to|by|against|versus|vs)?[\W_]*", re.IGNORECASE)
_CLOSED = re.compile(r"\s*(?:[).;]|$)")

_OUTCOME = re.compile(
    r"^(?!.*\b(?:before|prior|without|remov\w*|dropping)\b)"
    r".*\b(?:rais|ris|rose|increas|grow|lower|reduc|decreas|fall|fell|declin|improv|bring|cut|shrink)"
    r"\w*\b.*\bto\s$",
    re.I | re.S,
)
_NAME_BEFORE = re.compile(r"(?:\b[\w&]*[A-Z][\w&]*[A-Z][\w&]*[\s-]?|[@#])$")
_OPENS_ITEM = re.compile(r"(?:^|[;:,.]\s|\()[${(]*$")
_LAST_ITEM = 20
_LONGEST_NAME = 40
_CLOSES_ITEM = re.compile(r"}?\)")


@lru_cache(maxsize=512)
def mentions(text: str) -> tuple[Mention, ...]:
    """The quantities of a text whose numbers are spelled alike, in order, where it is prose."""
    found: list[Mention] = []
    for place, part in enumerate(parts(text)):
        if len(quantities(part)) <= MOST_NUMBERS:
            found += _of_sentence(part, place, len(found))
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
        written = frozenset(analyse(text[quantity.start : quantity.after]))
        made.append(Mention(quantity, written, near, behind, *told))
    return aligned(completed(text, made))


def _is_label(text: str, quantity: Quantity) -> bool:
    """Whether it is a part of a name ("GTX 1080", "recall@20"), or counts what is listed."""
    if not quantity.is_bare:
        return False
    start, end = quantity.start, quantity.numeral.span.end
    before, after = text[max(start - _LONGEST_NAME, 0) : start], text[end:]
    listed = _OPENS_ITEM.search(before) and _CLOSES_ITEM.match(after)
    return bool(listed and quantity.numeral.value <= _LAST_ITEM) or bool(
        _NAME_BEFORE.search(before)
    )


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
    if before is None or not comparable(before, quantity):
        return False
    joined = _OPPOSED if _CLOSED.match(text, quantity.after) else _JOINED
    return joined.fullmatch(text, before.after, quantity.start) is not None


def _segment(text: str, quantity: Quantity) -> tuple[int, frozenset[str]]:
    before = _SEGMENT.split(text[: quantity.start])
    after = _SEGMENT.split(text[quantity.after :])
    return len(before) - 1, frozenset(analyse(f"{before[-1]} {after[0]}"))


def _is_origin(text: str, quantity: Quantity) -> bool:
    before, after = text[: quantity.start].lower().split(), text[quantity.after :].lower().split()
    return before[-1:] == ["from"] and after[:1] == ["to"]

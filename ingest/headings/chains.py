"""Which numbered lines are the paper's sections: those whose numbers follow one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbering import Number, Style, as_letter

_MISSED = 1.5  # the price of each number that is skipped
_LATE = 1.0  # the price of starting at two
_FIRST_APPENDIX = 0.5


@dataclass(frozen=True, slots=True)
class _Link:
    """The best chain that ends at a node: its weight, where it came from, and the places in
    other series ("III" while at "B") that its next numbers depend on.
    """

    weight: float
    before: int
    main: Number | None
    number: Number


def best_chain(numbers: Sequence[Number | None], weights: Sequence[float]) -> dict[int, Number]:
    """The heaviest run of numbers in sequence: index -> number (a roman may be read as a letter).

    ``weights`` say how much each looks like a heading, below 0 for "not at all". A dynamic
    programme over pairs; at most one link is kept per number, so it is exact but for series
    inside series.
    """
    links: list[tuple[int, _Link]] = []
    for index, number in enumerate(numbers):
        if number is None:
            continue
        readings = [number, *([letter] if (letter := as_letter(number)) else [])]
        for reading in readings:
            link = _extend(reading, weights[index], links, index)
            if link is not None:
                links.append((index, link))
    if not links:
        return {}
    at = max(range(len(links)), key=lambda i: links[i][1].weight)
    chain: dict[int, Number] = {}
    while at >= 0:
        index, link = links[at]
        chain[index] = link.number
        at = link.before
    return chain


def _extend(
    number: Number, weight: float, links: Sequence[tuple[int, _Link]], index: int
) -> _Link | None:
    start = _start_price(number)
    best = None
    if start is not None:
        main = None if number.style is Style.LETTER else number
        best = _Link(weight - start, -1, main, number)
    for at, (i, link) in enumerate(links):
        if i == index:
            continue
        price = _price(link, number)
        if price is None:
            continue
        total = link.weight + weight - price
        if best is None or total > best.weight:
            main = link.main if number.style is Style.LETTER else number
            best = _Link(total, at, main, number)
    return best


def _start_price(number: Number) -> float | None:
    if number.depth > 1 or number.values[0] > 2:
        return None
    return _LATE * max(number.values[0] - 1, 0)


def _price(link: _Link, number: Number) -> float | None:
    """What it costs that ``number`` comes next, or ``None`` if it can't."""
    last = link.number
    if number.style is last.style:
        return _step(last.values, number.values)
    if number.style is Style.LETTER:
        if number.values == (1,):
            return _FIRST_APPENDIX
        return None
    if last.style is Style.LETTER and number.style is Style.ROMAN and link.main is not None:
        return _step(link.main.values, number.values)
    return None


def _step(last: tuple[int, ...], following: tuple[int, ...]) -> float | None:
    """From "3.2" one may come to 3.2.1, 3.3 or 4, or for a price a little farther."""
    depth = len(following)
    if depth > len(last) + 1 or following[: depth - 1] != last[: depth - 1]:
        return None
    if depth == len(last) + 1:
        ahead = following[-1]
        return None if ahead > 2 else _MISSED * max(ahead - 1, 0)
    ahead = following[-1] - last[depth - 1]
    return None if not 1 <= ahead <= 3 else _MISSED * (ahead - 1)

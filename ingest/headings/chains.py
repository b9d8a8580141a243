"""Which numbered lines are the paper's sections: those whose numbers follow one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.numbering import Number, Style, as_letter

_MISSED = 1.5  # the price of each number that is skipped
_LATE = 1.0  # the price of starting at two
_FIRST_APPENDIX = 0.5


@dataclass(frozen=True, slots=True)
class _Link:
    """The best chain that ends at the number of line ``index``: its weight, the link before, and
    the last number that is no letter ("III" while at "B"), which the next roman depends on.
    """

    weight: float
    before: _Link | None
    index: int
    number: Number
    main: Number | None

    @property
    def state(self) -> tuple[Style, tuple[int, ...], tuple[int, ...]]:
        """All that decides what may follow."""
        return self.number.style, self.number.values, self.main.values if self.main else ()


def best_chain(numbers: Sequence[Number | None], weights: Sequence[float]) -> dict[int, Number]:
    """The heaviest run of numbers in sequence: index -> number (a roman may be read as a letter).

    ``weights`` say how much each looks like a heading, below 0 for "not at all". A dynamic
    programme: what may follow depends on a chain's end alone, so one chain is kept for each end.
    """
    ends: dict[tuple[Style, tuple[int, ...], tuple[int, ...]], _Link] = {}
    for index, number in enumerate(numbers):
        readings = [] if number is None else [number, as_letter(number)]
        links = [
            _extend(reading, weights[index], ends.values(), index)
            for reading in readings
            if reading is not None
        ]
        for link in links:
            if link and (link.state not in ends or ends[link.state].weight < link.weight):
                ends[link.state] = link
    chain: dict[int, Number] = {}
    at = max(ends.values(), key=lambda link: link.weight, default=None)
    while at is not None:
        chain[at.index] = at.number
        at = at.before
    return chain


def _extend(number: Number, weight: float, ends: Iterable[_Link], index: int) -> _Link | None:
    """The best chain that ``number`` ends, alone or after one of ``ends``."""
    start = _start_price(number)
    options: list[tuple[float, _Link | None]] = [] if start is None else [(-start, None)]
    for link in ends:
        price = _price(link, number)
        if price is not None:
            options.append((link.weight - price, link))
    if not options:
        return None
    before_weight, before = max(options, key=lambda option: option[0])
    main = number if number.style is not Style.LETTER else before.main if before else None
    return _Link(before_weight + weight, before, index, number, main)


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

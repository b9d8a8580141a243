"""Lists of printed numbers: "3", "2 and 3", "3, 5-7"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Span

_ITEM = re.compile(
    r"(?P<first>[\w.§]*\w)(?:\s*(?:[-‐–—]|\bto\b|\bthrough\b)\s*(?P<last>[\w.]*\w))?"
)
_NOT = frozenset(("and", "or"))
_LONGEST = 60


def listed(text: str, start: int = 0) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Each item of a list with the numbers it stands for; ``text`` begins at ``start``.

    A range stands for all whole numbers within, up to 60 of them; of others for its ends.
    """
    for match in _ITEM.finditer(text):
        first, last = match["first"], match["last"]
        if first in _NOT:
            continue
        span = Span(start + match.start(), start + match.end())
        yield span, (first,) if last is None else _between(first, last)


def _between(first: str, last: str) -> tuple[str, ...]:
    if first.isdecimal() and last.isdecimal() and 0 <= int(last) - int(first) < _LONGEST:
        return tuple(str(number) for number in range(int(first), int(last) + 1))
    return first, last

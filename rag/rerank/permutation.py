"""Reads an order of passages out of what a language model wrote."""

from __future__ import annotations

import re

from rag.thoughts import without_thoughts

_CHAIN = re.compile(r"\[?\d+\]?(?:\s*>\s*\[?\d+\]?)+")
_BRACKETS = re.compile(r"\[\s*\d+(?:\s*[,>]\s*\d+)*\s*\]")
_NUMBER = re.compile(r"\d+")


def permutation(text: str, count: int) -> list[int] | None:
    """The places 0 to ``count - 1``, best first; None where ``text`` names none of them.

    The passages are named 1 to ``count``: as ``[3] > [1] > [2]``, without some of the brackets,
    or in brackets amid other words. Of several chains the longest counts. What is named again is
    passed over, and so are numbers of no passage; what is not named comes last, in its order.
    """
    written = without_thoughts(text)
    chain = max(_CHAIN.findall(written), key=len, default="")
    named = _places(chain, count) or _places(" ".join(_BRACKETS.findall(written)), count)
    if not named:
        return None
    return list(dict.fromkeys([*named, *range(count)]))


def _places(numbers: str, count: int) -> list[int]:
    # Longer runs of digits are no passage, and Python refuses to read the longest.
    named = (int(each) for each in _NUMBER.findall(numbers) if len(each) < 6)
    return [number - 1 for number in named if 1 <= number <= count]

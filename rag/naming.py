"""When two spellings are one name: "U-Net", "UNet" and "u net"; "GANs" and "GAN".

A text's *key* is what its spellings share. Runs of words are looked up by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text import fold

_WORD = re.compile(r"[^\W_]+(?:[-‐-–/.&+][^\W_]+)*")
_NOT_PART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, and where: ``text == whole[start:end]``."""

    text: str
    start: int
    end: int


def key(text: str) -> str:
    """Letters and digits of ``text`` in lower case, without a plural's "s"; may be empty."""
    return _singular(_letters(text))


def words(text: str) -> list[Word]:
    """The words of ``text``, a hyphenated one as one, a possessive without its ending."""
    return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def runs(found: Sequence[Word], shortest: int, longest: int) -> Iterator[tuple[int, int, str]]:
    """Every run of ``shortest`` to ``longest`` words, as its bounds in ``found`` and its key."""
    letters = [_letters(word.text) for word in found]
    for first in range(len(found)):
        for end in range(first + shortest, min(first + longest, len(found)) + 1):
            yield first, end, _singular("".join(letters[first:end]))


def _letters(text: str) -> str:
    return _NOT_PART.sub("", fold(text))


def _singular(plain: str) -> str:
    plural = len(plain) > 3 and plain[-1] == "s" and plain[-2] not in "siu"
    return plain[:-1] if plural else plain

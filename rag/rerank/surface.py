"""What texts look like to a comparison that has to be quick.

Two hundred candidates are compared within a millisecond or two, so texts are not analysed one by
one. They are joined, and a word is looked up in all of them at once, as the beginning of words: its
first eight bytes are compared as one number. Letters and digits of ASCII are told apart from what
stands between words, and their case is dropped; words that `rag.text` folds (accents, Greek
letters, indices) are missed, which the BM25 score has seen already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

_SPACE = ord(" ")
_WORDS = bytes(
    c if c >= 128 else ord(chr(c).lower()) if chr(c).isalnum() else _SPACE for c in range(256)
)
_HEAD = 8
_SHORT = 3
_ENDINGS = (b" ", b"s ", b"e ", b"es ", b"ed ", b"ing ")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The ``m`` words of ``n`` texts, numbered through.

    ``raw`` has the texts in UTF-8, each between two bytes of 0, and ``content``
    the same in lower case, with spaces between words. ``begins`` ``(n,)`` says where the texts
    begin, ``starts`` ``(m,)`` where the words do, ``holders`` ``(m,)`` which text each is in;
    ``heads`` ``(m,)`` are their first eight bytes, what follows the word included.
    """

    raw: bytes
    content: bytes
    begins: Indices
    starts: Indices
    holders: Indices
    heads: NDArray[np.uint64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """What can't be encoded becomes a question mark."""
        parts = [b"\0" + text.encode(errors="replace") + b"\0" for text in texts]
        begins = np.cumsum([0, *map(len, parts)], dtype=np.intp)
        raw = b"".join(parts) + b"\0" * _HEAD
        content = raw.translate(_WORDS)
        space = np.frombuffer(content, dtype=np.uint8) == _SPACE
        starts = np.flatnonzero(space[:-1] & ~space[1:]) + 1
        holders = np.repeat(np.arange(len(parts)), np.diff(np.searchsorted(starts, begins)))
        every = np.ndarray(len(content) - _HEAD + 1, "<u8", content, strides=(1,))
        return cls(raw, content, begins[:-1], starts, holders, every[starts])

    def find(self, beginning: bytes) -> Indices:
        """The numbers of the words that begin so; it may reach beyond the word."""
        head = beginning[:_HEAD]
        mask = np.uint64((1 << 8 * len(head)) - 1)
        found = np.flatnonzero((self.heads & mask) == int.from_bytes(head, "little"))
        if len(beginning) <= _HEAD:
            return found
        starts = self.starts[found].tolist()
        return found[[self.content.startswith(beginning, at) for at in starts]]

    def of_stem(self, stem: str) -> Indices:
        """The numbers of the words that begin with ``stem``, or with its y where i replaced it.

        A short stem begins many that are not its words, so only common endings may follow it.
        """
        start = stem.encode()
        found = self.find(start)
        if len(stem) <= _SHORT:
            ends = (self.starts[found] + len(start)).tolist()
            return found[[self.content.startswith(_ENDINGS, end) for end in ends]]
        if stem.endswith("i"):
            found = np.sort(np.concatenate([found, self.find(start[:-1] + b"y")]))
        return found

    def counts(self, numbers: Indices) -> Indices:
        """How many of the words are in each text, ``(n,)``."""
        return np.bincount(self.holders[numbers], minlength=len(self.begins))

    def characters(self, which: bytes) -> Indices:
        """How often any of these bytes is in each text, ``(n,)``."""
        raw = np.frombuffer(self.raw, dtype=np.uint8)
        found = np.concatenate([np.flatnonzero(raw == byte) for byte in which])
        at = np.searchsorted(self.begins, found, side="right") - 1
        return np.bincount(at, minlength=len(self.begins))

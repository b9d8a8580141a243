"""What a text looks like to a comparison that has to be quick.

Two hundred candidates are compared within a millisecond or two, so a text is not analysed but
put into lower case, as bytes, with a space for whatever is no letter or digit; a stem is then
found as the beginning of a word. That misses words that `rag.text` folds (accents, Greek letters,
indices), which the BM25 score has seen already.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_SPACE = ord(" ")
_WORDS = bytes(
    c if c >= 128 else ord(chr(c).lower()) if chr(c).isalnum() else _SPACE for c in range(256)
)
_SHORT = 3
_ENDINGS = (b" ", b"s ", b"e ", b"es ", b"ed ", b"ing ")


@lru_cache(maxsize=1 << 13)
def surface(text: str) -> bytes:
    """Lower-case words between spaces, with a space at either end."""
    return b" " + text.lower().encode(errors="replace").translate(_WORDS) + b" "


def forms(stem: str) -> list[bytes]:
    """What the words of ``stem`` begin with, a space before it; a short stem's words whole."""
    start = b" " + stem.encode()
    if len(stem) <= _SHORT:
        return [start + ending for ending in _ENDINGS]
    return [start, start[:-1] + b"y"] if stem.endswith("i") else [start]


def counts(texts: Sequence[bytes], of: Sequence[bytes]) -> list[int]:
    """How often any of the forms occurs in each surface."""
    first, *others = of
    found = [text.count(first) for text in texts]
    for form in others:
        found = [n + text.count(form) for n, text in zip(found, texts, strict=True)]
    return found

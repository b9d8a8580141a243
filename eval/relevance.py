"""Whether retrieved text holds a passage, however the text was cut into chunks.

Texts are reduced to lower-case words of letters and digits and compared by their 5-word
shingles, so that line breaks, hyphens and ligatures matter little. A passage is covered when at
least half of its shingles occur in the hits taken together; a hit is relevant when it holds half
of a passage's shingles, or when half of its own stand in one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.ligatures import expand

SHINGLE = 5

_HYPHENATED = re.compile(r"(\w)[-\u00ad]\s*\n\s*(\w)")
_WORD = re.compile(r"[a-z0-9]+")

Shingles = frozenset[tuple[str, ...]]


def words(text: str) -> list[str]:
    """The lower-case words that are compared."""
    return _WORD.findall(_HYPHENATED.sub(r"\1\2", expand(text)).lower())


def shingles(text: str) -> Shingles:
    """The distinct runs of five words; a shorter text is one run; no words, none."""
    found = words(text)
    count = max(1, len(found) - SHINGLE + 1) if found else 0
    return frozenset(tuple(found[i : i + SHINGLE]) for i in range(count))


def covers(found: Collection[tuple[str, ...]], passage: Shingles) -> bool:
    """Whether at least half of the passage is in what was found."""
    return len(passage.intersection(found)) >= len(passage) / 2


def relevant(hit: Shingles, passage: Shingles) -> bool:
    """Whether the hit holds half of the passage, or stands half inside it; false without words."""
    shared = len(hit & passage)
    return shared > 0 and (shared >= len(passage) / 2 or shared >= len(hit) / 2)

"""What a chunk is like, whatever was asked: its length, its numbers, its section, its kind."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.rerank.surface import surface
from rag.types import Candidate, Kind, Role

TEXT = (
    "log_words", "numbers", "citations", "floats", "names", "we", "colons", "lines", "signs",
    "parentheses", "acronyms",
)  # fmt: skip
ROLES = tuple(f"role_{role.name.lower()}" for role in Role)
KINDS = tuple(f"kind_{kind.name.lower()}" for kind in Kind if kind is not Kind.PARAGRAPH)

_HEADINGS = {
    "setup": r"set ?up|setting|implementation|detail|configuration|hyper|training",
    "data": r"data|corpus|corpora|collection|annotation",
    "baseline": r"baseline|compar|competing|previous",
    "evaluation": r"evaluat|metric|measure",
    "result": r"result|analys|performance|finding|ablation|discuss",
    "model": r"model|approach|method|architecture|system|framework|network|algorithm",
    "task": r"task|problem|definition|background|overview",
    "related": r"related|literature|prior",
    "conclusion": r"conclu|future|summary",
    "feature": r"feature|embedding|represent|encod",
    "end": r"acknowl|appendix|supplement",
    "error": r"error|limitation|qualitative|case stud|example",
}
HEADINGS = tuple(f"heading_{name}" for name in _HEADINGS)
NAMES = (*TEXT, *ROLES, *KINDS, *HEADINGS)

_PATTERNS = tuple(
    re.compile(rb"|".join(b" " + part.encode() for part in pattern.split("|")))
    for pattern in _HEADINGS.values()
)
_CASES = bytes(
    ord("0" if chr(c).isdigit() else "A" if chr(c).isupper() else "a" if chr(c).islower() else " ")
    if c < 128
    else ord("a")
    for c in range(256)
)


def shapes(candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """The features `NAMES`, float32 ``(n, len(NAMES))``, of at least one candidate."""
    texts = np.stack([_of_text(candidate.chunk.text) for candidate in candidates])
    return np.hstack([texts, np.stack([_place(candidate) for candidate in candidates])])


def forget() -> None:
    """Lets go of the texts that were looked at, which are quicker to look at again."""
    surface.cache_clear()
    _of_text.cache_clear()


def _place(candidate: Candidate) -> NDArray[np.float32]:
    if not candidate.path:
        return _of_place("", Role.OTHER, candidate.kind)
    return _of_place(candidate.path[-1].title, candidate.path[-1].role, candidate.kind)


@lru_cache(maxsize=1 << 13)
def _of_text(text: str) -> NDArray[np.float32]:
    """The features `TEXT`; citations are [1], "et al." or, in S2ORC's texts, BIBREF1."""
    raw, words = text.encode(errors="replace"), surface(text)
    cases = b" " + raw.translate(_CASES)
    numbers, capitals = cases.count(b" 0"), cases.count(b" A")
    n = max(numbers + capitals + cases.count(b" a"), 1)
    citations = raw.count(b"BIBREF") + raw.count(b"[") + raw.count(b"et al")
    return np.array(
        [
            math.log(n + 5),
            numbers / n,
            min(10 * citations / n, 2.0),
            min(words.count(b" table") + words.count(b" tabref") + words.count(b" fig"), 3),
            capitals / n,
            min(words.count(b" we ") + words.count(b" our "), 5) / 5,
            10 * raw.count(b":") / n,
            min(raw.count(b"\n"), 3) / 3,
            10 * (raw.count(b"%") + raw.count(b"=")) / n,
            10 * raw.count(b"(") / n,
            cases.count(b"AA") / n,
        ],
        dtype=np.float32,
    )


@lru_cache(maxsize=1 << 10)
def _of_place(title: str, role: Role, kind: Kind) -> NDArray[np.float32]:
    words = surface(title)
    return np.array(
        [
            *(role is other for other in Role),
            *(kind is other for other in Kind if other is not Kind.PARAGRAPH),
            *(bool(pattern.search(words)) for pattern in _PATTERNS),
        ],
        dtype=np.float32,
    )

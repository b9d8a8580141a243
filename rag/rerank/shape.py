"""What a chunk is like, whatever was asked: its length, its numbers, its section, its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.rerank.surface import Indices, Words
from rag.types import Candidate, Kind, Role

TEXT = (
    "log_words", "numbers", "citations", "floats", "names", "we", "colons", "lines", "signs",
    "parentheses", "acronyms",
)  # fmt: skip
ROLES = tuple(f"role_{role.name.lower()}" for role in Role)
# Trained before there was code among papers, which is to it what pseudocode is.
_AS = {Kind.CODE: Kind.ALGORITHM}
_TOLD_APART = tuple(kind for kind in Kind if kind not in (Kind.PARAGRAPH, *_AS))
KINDS = tuple(f"kind_{kind.name.lower()}" for kind in _TOLD_APART)

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


def shapes(candidates: Sequence[Candidate], words: Words) -> NDArray[np.float32]:
    """The features `NAMES`, float32 ``(n, len(NAMES))``, of at least one candidate.

    ``words`` are those of the candidates' texts.
    """
    return np.hstack([_of_texts(words), np.stack([_place(candidate) for candidate in candidates])])


def _place(candidate: Candidate) -> NDArray[np.float32]:
    if not candidate.path:
        return _of_place("", Role.OTHER, candidate.kind)
    return _of_place(candidate.path[-1].title, candidate.path[-1].role, candidate.kind)


def _of_texts(words: Words) -> NDArray[np.float32]:
    """The features `TEXT`; citations are [1], "et al." or, in S2ORC's texts, BIBREF1."""
    cases = np.frombuffer(words.raw.translate(_CASES), dtype=np.uint8)
    first, second = cases[words.starts], cases[words.starts + 1]
    numbers, capitals = (words.counts(np.flatnonzero(first == ord(case))) for case in "0A")
    acronyms = words.counts(np.flatnonzero((first == ord("A")) & (second == ord("A"))))
    n = np.maximum(words.counts(np.arange(len(first))), 1)

    def count(*beginnings: bytes) -> Indices:
        return sum((words.counts(words.find(each)) for each in beginnings), np.zeros_like(n))

    columns = [
        np.log(n + 5),
        numbers / n,
        np.minimum(10 * (count(b"bibref", b"et al") + words.characters(b"[")) / n, 2),
        np.minimum(count(b"table", b"tabref", b"fig"), 3),
        capitals / n,
        np.minimum(count(b"we ", b"our "), 5) / 5,
        10 * words.characters(b":") / n,
        np.minimum(words.characters(b"\n"), 3) / 3,
        10 * words.characters(b"%=") / n,
        10 * words.characters(b"(") / n,
        acronyms / n,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


@lru_cache(maxsize=1 << 10)
def _of_place(title: str, role: Role, kind: Kind) -> NDArray[np.float32]:
    words = Words.of([title]).content
    return np.array(
        [
            *(role is other for other in Role),
            *(_AS.get(kind, kind) is other for other in _TOLD_APART),
            *(bool(pattern.search(words)) for pattern in _PATTERNS),
        ],
        dtype=np.float32,
    )

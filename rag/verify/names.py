"""Which names in a sentence the evidence does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.text import STOP_WORDS, analyse, fold
from rag.verify.wording import subject, telling

_MOST_PARTS = 3
_ASIDE = re.compile(r"\$[^$\n]*\$|`[^`\n]*`|\\\w+|\w+\([^)]*\)")
_TOKEN = re.compile(r"[^\W\d_][\w]*(?:[-.][\w]+)*")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
# Words that are written like names and say nothing of the paper's own.
_COMMON = frozenset(
    "figure table section equation appendix algorithm theorem lemma yes no not ai ml nlp gpu cpu "
    "f1 id latex eg ie vs et al".split()
)
_OWN = re.compile(
    r"\b(?:we|our|ours|(?:the|this) (?:proposed |full |base |large )?"
    r"(?:model|method|network|system|approach|architecture|framework|algorithm))\b",
    re.I,
)
_INITIAL = re.compile(r"(?:^|[.:!?]\s+|\|\s*|\n\s*(?:[-*#]+\s*)?)\W*$")


def unknown_names(claim: str, texts: Sequence[str]) -> list[str]:
    """The names of ``claim`` that none of ``texts`` has, neither spelled out nor by initials."""
    keys, initials, terms = _known(tuple(texts))
    return [
        name
        for name in names(claim)
        if not all(_is_known(part, keys, initials, terms) for part in _named_parts(name))
    ]


def is_for_own(name: str, claim: str, texts: Sequence[str]) -> bool:
    """Whether ``name`` may be what is known elsewhere for what ``texts`` call "our model": it is
    what ``claim`` is about, and they speak of their own.
    """
    return telling(name) == subject(claim) and any(_OWN.search(text) for text in texts)


def names(text: str) -> list[str]:
    """The words of ``text`` that look like names: "BERT", "ReLU", "H100", "German".

    A capital that opens a sentence tells nothing; formulas and code are left aside.
    """
    plain = _ASIDE.sub(" ", text)
    return [
        match[0]
        for match in _TOKEN.finditer(plain)
        if _is_name(match[0], opens=_INITIAL.search(plain[: match.start()]) is not None)
    ]


def _is_name(word: str, *, opens: bool) -> bool:
    letters = [c for c in word if c.isalpha()]
    capitals = sum(map(str.isupper, letters))
    if word.lower() in _COMMON or word.lower() in STOP_WORDS or not capitals:
        return False
    inner = capitals - word[0].isupper()
    if len(letters) > 1 and inner:
        return True
    if any(c.isdigit() for c in word):
        return True
    return not opens and len(letters) > 2


def _named_parts(name: str) -> list[str]:
    """The parts of "BERT-based" and the like that are names or numbers themselves."""
    pieces = re.split(r"[-.]", name)
    named = [p for p in pieces if any(map(str.isupper, p)) or any(map(str.isdigit, p))]
    return named if len(named) < len(pieces) else [name]


def _is_known(
    name: str, keys: frozenset[str], initials: Sequence[str], terms: frozenset[str]
) -> bool:
    first, *rest = _PIECE.findall(fold(name))
    key = "".join([first, *rest])
    stem = key.removesuffix("s")
    if rest and first in keys and "".join([first[0], *rest]) in keys:  # "R-L" under "ROUGE"
        return True
    if key in keys or stem in keys or set(analyse(name)) <= terms:
        return True
    return len(stem) > 1 and stem.isalpha() and any(stem in each for each in initials)


@lru_cache(maxsize=64)
def _known(texts: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """What names may be made of: runs of words or digits, initials, and terms."""
    keys: set[str] = set()
    initials: list[str] = []
    for text in texts:
        pieces = _PIECE.findall(fold(text))
        keys.update(_runs(pieces))
        initials.append("".join(piece[0] for piece in pieces))
        initials.append("".join(piece[0] for piece in pieces if piece not in STOP_WORDS))
    return frozenset(keys), tuple(initials), frozenset(t for text in texts for t in analyse(text))


def _runs(pieces: Sequence[str]) -> Iterator[str]:
    for length in range(1, _MOST_PARTS + 1):
        for start in range(len(pieces) - length + 1):
            yield "".join(pieces[start : start + length])

"""Words as running text has them: capitals set back to the usual case."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ingest.layout import TextLine

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL = frozenset(
    "a an and as at but by for from in into is nor not of on or over per so than that the to "
    "under up via vs with within without yet".split()
)
# Pieces of a word that small capitals set apart: "REAC T".
_SPLIT = re.compile(r"\b([^\W\d_]+) ([^\W\d_])\b")
_ROMAN = re.compile(r"i{2,3}|iv|vi{1,3}|ix|xi{1,3}")

Spellings = Mapping[str, str]
"""For a word in lower case, how the paper mostly writes it inside sentences."""


def spellings_of(lines: Iterable[TextLine]) -> Spellings:
    """The spellings in lines that are not all capitals; a line's first word does not count."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.small_caps or is_upper(line.text):
            continue
        for match in list(_WORD.finditer(line.text))[1:]:
            counts[match[0].lower()][match[0]] += 1
    return {word: forms.most_common(1)[0][0] for word, forms in counts.items()}


def is_upper(text: str) -> bool:
    """Whether nearly all of at least four letters are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters > 3 and sum(map(str.isupper, text)) >= 0.9 * letters


def restored(text: str, spellings: Spellings) -> str:
    """``text`` in title case, where it is all capitals; words the paper spells otherwise
    inside sentences (LSTM, ImageNet) are spelt so.
    """
    if not is_upper(text):
        return text
    text = _SPLIT.sub(lambda match: _whole(match, spellings), text)
    first = next((match.start() for match in _WORD.finditer(text)), 0)

    def recase(match: re.Match[str]) -> str:
        word = match[0].lower()
        if match[0] == word:  # a symbol: "THE RANK r"
            return word
        spelt = spellings.get(word, word)
        if any(char.isupper() for char in spelt[1:]):
            return spelt
        if _ROMAN.fullmatch(word):
            return match[0]
        if word in _SMALL and match.start() != first and text[match.start() - 2] not in ":.?!":
            return word
        return word[0].upper() + word[1:]

    return _WORD.sub(recase, text)


def has_ordinary_word(text: str, spellings: Spellings) -> bool:
    """Whether it holds a word of four letters or more that the paper writes in small letters."""
    found = (word.lower() for word in text.split() if _WORD.fullmatch(word))
    return any(len(word) > 3 and spellings.get(word, "")[1:].islower() for word in found)


def _whole(match: re.Match[str], spellings: Spellings) -> str:
    """The two pieces as one word where the paper knows that word, and not the first piece."""
    left, whole = match[1].lower(), (match[1] + match[2]).lower()
    return match[1] + match[2] if whole in spellings and left not in spellings else match[0]

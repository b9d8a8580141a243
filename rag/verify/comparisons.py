"""The comparisons that a sentence makes: which side is above the other, in what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.numbers import spelled_alike
from rag.verify.wording import own, subject, telling

_UP = "better higher larger greater more longer bigger stronger faster later older deeper superior"
_DOWN = "worse lower smaller less fewer shorter weaker slower earlier younger shallower inferior"
DIRECTIONS = {**dict.fromkeys(_UP.split(), 1), **dict.fromkeys(_DOWN.split(), -1)}
"""Words that compare, and the side of them that is above."""

# How good something is, and how much there is of it, are two things; "higher" may tell of either.
_KINDS = {
    **dict.fromkeys(("better", "worse", "superior", "inferior"), "quality"),
    **dict.fromkeys(("faster", "slower"), "speed"),
    **dict.fromkeys(
        "larger bigger smaller longer shorter older younger deeper shallower fewer".split(),
        "extent",
    ),
}

_MOST = 150  # characters between two words of a comparison

_PHRASE = r"(?:(?!\b(?:on|in|for|at|by|with|to|from|when|if|except|under|during|across)\b)[^.;:])*"
_THAN = re.compile(
    rf"(?P<left>[^;:]*)\b(?P<word>{'|'.join(DIRECTIONS)})\b(?P<between>[^;:]{{0,{_MOST}}}?)\b"
    r"(?:than|(?<=superior )to|(?<=inferior )to)\s(?!\d)"
    rf"(?P<right>{_PHRASE})",
    re.I,
)
_TRAILS = (
    r"underperform\w*|trail(?:s|ed)?"
    r"|(?:is|are|was|were|lags?|falls?|stays?|remains?)(?: far)? behind"
)
_BEATS = re.compile(
    rf"\b(?P<word>outperform\w*|beats?|surpass\w*|exceed\w*|{_TRAILS})\b"
    rf"\s?(?P<right>{_PHRASE})",
    re.I,
)
_ORDER = re.compile(rf"\b(?P<word>before|after|precedes?|follows?)\s(?P<right>{_PHRASE})", re.I)
_REPLACES = re.compile(
    rf"\b(?P<word>replac(?:e[sd]?|ing)|substitut(?:e[sd]?|ing))\s(?P<left>[^.;:,]{{0,{_MOST}}}?)"
    r"\s(?:with|by)\s(?P<right>[^.;:,]*)",
    re.I,
)
_PREFERS = re.compile(
    rf"\b(?P<word>prefer\w*)\s(?P<left>[^.;:,]{{0,{_MOST}}}?)\s(?:to|over)\s(?P<right>{_PHRASE})",
    re.I,
)
_BEFORE_VERB = re.compile(r"(.{1,80}?)\b(?:is|are|was|were|has|have|had)\b", re.S)
_BARE = re.compile(rf"\b(?P<word>{'|'.join(DIRECTIONS)})\b(?!\sthan)(?P<between>(?:\s\w+)?)", re.I)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left`` is above ``right`` (``sign`` 1) or below it (-1), in what ``kind`` of thing.

    Both sides are terms; ``about`` has what is larger or smaller, where that is named.
    """

    kind: str
    left: frozenset[str]
    right: frozenset[str]
    sign: int
    about: frozenset[str] = frozenset()

    def is_like(self, other: Comparison) -> bool:
        """Whether the one may say or deny what the other says."""
        kinds = {self.kind, other.kind}
        if len(kinds) == 1 or ("size" in kinds and kinds <= {"size", "quality", "extent"}):
            return True
        return self._counts_what(other) or other._counts_what(self)

    def _counts_what(self, other: Comparison) -> bool:
        """Whether it is "more parameters" and ``other`` "66M parameters, fewer" or the like."""
        counts = self.kind.startswith("more") and other.kind in ("size", "extent")
        return counts and self.about <= (other.about or other.left)


def comparisons(sentence: str) -> Iterator[Comparison]:
    """Those of ``sentence``; of one that does not say than what, the right side is empty."""
    sentence = spelled_alike(sentence)
    for left, match in _with_left(_BEATS, sentence, ";:"):
        sign = -1 if re.fullmatch(_TRAILS, match["word"], re.I) else 1
        yield _comparison("quality", left, match["right"], sign)
    for left, match in _with_left(_ORDER, sentence, ";:,"):
        sign = 1 if match["word"].lower()[0] in "bp" else -1
        yield _comparison("order", left, match["right"], sign)
    for match in _PREFERS.finditer(sentence):
        yield _comparison("preferring", match["left"], match["right"], 1)
    for match in _REPLACES.finditer(sentence):
        yield _comparison("replacing", match["left"], match["right"], 1)
    yield from _by_than(sentence)


def _by_than(sentence: str) -> Iterator[Comparison]:
    for clause in re.split(r"[;:]|,\s(?:and|but|while)\s", sentence):
        if match := _THAN.match(clause):
            word = match["word"].lower()
            made = _comparison(_kind(match), match["left"], match["right"], DIRECTIONS[word])
            about = telling(match["between"])
            left = made.left | (about if word not in ("more", "less") else frozenset())
            yield replace(made, left=left, about=about)
        elif match := _BARE.search(clause):
            sign = DIRECTIONS[match["word"].lower()]
            yield Comparison(_kind(match), _opening(sentence), frozenset(), sign)


def _opening(sentence: str) -> frozenset[str]:
    """Its subject, or what stands before its verb: "On speech, our model is ..."."""
    opening = _BEFORE_VERB.match(sentence)
    return subject(sentence) or (_side(opening[1]) if opening else frozenset())


def _with_left(
    pattern: re.Pattern[str], sentence: str, stops: str
) -> Iterator[tuple[str, re.Match[str]]]:
    """Each match, and what stands before it up to the last one or one of ``stops``."""
    start = 0
    for match in pattern.finditer(sentence):
        yield re.split(f"[{stops}]", sentence[start : match.start()])[-1], match
        start = match.end()


def _comparison(kind: str, left_text: str, right_text: str, sign: int) -> Comparison:
    left, right = _side(left_text), _side(right_text)
    return Comparison(kind, left - right, right - left, sign)


def _side(text: str) -> frozenset[str]:
    return telling(text) | own(text)


def _kind(match: re.Match[str]) -> str:
    """What it may be held against: for "more biased" that alone, for "faster" also "slower"."""
    word, about = match["word"].lower(), sorted(telling(match["between"]))
    if word in ("more", "less") and about:
        return " ".join(["more", *about])
    return _KINDS.get(word, "size")

"""Section numbers: "3.1", "A.2", "IV.", "Appendix B"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a number counts at its first place."""

    DECIMAL = "decimal"
    LETTER = "letter"
    ROMAN = "roman"


@dataclass(frozen=True, slots=True)
class Number:
    """A section number. ``values`` counts from 1: "A.2" is ``(1, 2)`` in the style LETTER.

    ``marked`` says that a full stop, a colon or a word such as "Appendix" sets it off, so that
    it can hardly be the first word of a title ("A Simple Model", "20 Newsgroups").
    """

    text: str
    style: Style
    values: tuple[int, ...]
    marked: bool = False

    @property
    def depth(self) -> int:
        """How many places it has."""
        return len(self.values)

    @property
    def parent(self) -> tuple[int, ...]:
        """The values of the section it lies in."""
        return self.values[:-1]


_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_ROMAN = r"(?=[IVX])X{0,2}(?:IX|IV|V?I{0,3})"
_NUMBER = re.compile(
    rf"""(?P<word>(?:section|chapter|appendix|appendices|annex|supplement)\s+)?
    (?: (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{0,4}})
      | (?P<roman>{_ROMAN})(?=[.:])
      | (?P<letter>[A-Z](?:\.\d{{1,2}}){{0,4}}) )
    (?P<mark>[.:)]?)(?:\s+|$|(?<=\d[.:)])(?=[A-Z]))""",
    re.VERBOSE,
)
_WORD = re.compile(r"(?i:section|chapter|appendix|appendices|annex|supplement)(?=\s+[\dA-Z]\b)")
_LEADING = re.compile(r"^[\s:.–—-]+")


def read_number(text: str) -> tuple[Number, str] | None:
    """The number that ``text`` opens with and what follows it, or ``None``.

    A single roman digit with its full stop ("I.") is read as roman, all other single capitals
    as letters; `as_letter` gives the other reading. No judgement on whether the title is one.
    """
    match = _NUMBER.match(_WORD.sub(lambda m: m[0].lower(), text, count=1))
    if match is None:
        return None
    title = _LEADING.sub("", text[match.end() :])
    marked = bool(match["mark"] or match["word"])
    if match["decimal"]:
        values = tuple(int(part) for part in match["decimal"].split("."))
        return Number(match["decimal"], Style.DECIMAL, values, marked or len(values) > 1), title
    if match["roman"]:
        return Number(match["roman"], Style.ROMAN, (_roman_value(match["roman"]),), marked), title
    return _letter(match["letter"], marked), title


def as_letter(number: Number) -> Number | None:
    """A one-digit roman number read as a letter: "I" is then the ninth."""
    if number.style is not Style.ROMAN or len(number.text) != 1:
        return None
    return _letter(number.text, number.marked)


def continues(number: Number, seen: Collection[tuple[int, ...]]) -> bool:
    """Whether ``number`` may come after those of its style that were ``seen``.

    It may open a series (the first of its parent, which must be known) or be the next of one.
    """
    *parent, last = number.values
    if last <= 1:
        return not parent or tuple(parent) in seen
    return (*parent, last - 1) in seen


def split_numbers(titles: Sequence[str]) -> list[tuple[Number | None, str]]:
    """The titles of a whole paper, in order, with their numbers parsed off.

    A letter, a roman or a bare number must fit the sequence so far; a bare "A" must be followed
    by a "B" later on.
    """
    read = [read_number(title) for title in titles]
    letters = {n[0].values[0] for n in read if n and n[0].style is Style.LETTER}
    seen: dict[Style, set[tuple[int, ...]]] = {style: set() for style in Style}
    result: list[tuple[Number | None, str]] = []
    for title, found in zip(titles, read, strict=True):
        if found is None or not found[1] or not _credible(found[0], seen, letters):
            result.append((None, title))
            continue
        seen[found[0].style].add(found[0].values)
        result.append(found)
    return result


def _credible(
    number: Number, seen: dict[Style, set[tuple[int, ...]]], letters: Collection[int]
) -> bool:
    if number.marked and number.style is Style.DECIMAL:
        return True
    if number.style is Style.LETTER and not number.marked and number.values == (1,):
        return 2 in letters
    return continues(number, seen[number.style])


def _letter(text: str, marked: bool) -> Number:
    values = (ord(text[0]) - ord("A") + 1, *(int(part) for part in re.findall(r"\d+", text)))
    return Number(text, Style.LETTER, values, marked or len(values) > 1)


def _roman_value(text: str) -> int:
    digits = [_ROMAN_DIGITS[digit] for digit in text]
    following = [*digits[1:], 0]
    return sum(-d if d < n else d for d, n in zip(digits, following, strict=True))

"""Citations by name and year: "Hu et al. (2021a; b)", "(Devlin et al., 2019; Liu et al., 2019)"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.linking.entry import YEAR
from ingest.linking.names import PARTICLE, WORD, bare, family_of
from rag.types import Link, LinkKind, Reference, Span

_YEARS = re.compile(
    rf"(?<![\w.–-]){YEAR}(?:[a-z](?:\s?[,;]\s?[a-z](?!\w))*)?(?![\w–-])"
    rf"(?:\s?[,;]\s?(?:and\s)?{YEAR}(?:[a-z](?:\s?[,;]\s?[a-z](?!\w))*)?(?![\w–-]))*"
)
_ONE = re.compile(rf"(?P<year>{YEAR})(?P<letters>[a-z](?:\s?[,;]\s?[a-z](?!\w))*)?")
_LETTER = re.compile(r"[a-z]")
_FAMILY = rf"(?:{PARTICLE}\s){{0,3}}{WORD}(?:\s(?:{PARTICLE}\s)?{WORD}){{0,2}}"
_BEFORE = re.compile(
    rf"(?P<first>{_FAMILY})(?P<more>,?\s(?:et\.?\s?al\b\.?|and\s(?:others|colleagues))"
    rf"|(?:,\s{_FAMILY}){{0,5}},?\s(?:and|&)\s{_FAMILY})?(?:['’]s?)?,?\s?[(\[]?\s?$"
)
_WINDOW = 120  # characters before a year in which its names must stand


@dataclass(frozen=True, slots=True)
class _Entry:
    """What tells an entry from others of the same first author and year."""

    target: int
    exact: bool
    letter: str
    second: str
    authors: int


class AuthorYears:
    """The entries of a bibliography by first author and year."""

    def __init__(self, references: Sequence[Reference], printed: Sequence[str]) -> None:
        """``printed`` is each reference's text: the letter after its year stands only there."""
        self._entries: defaultdict[tuple[str, int], list[_Entry]] = defaultdict(list)
        for target, (reference, text) in enumerate(zip(references, printed, strict=True)):
            if reference.authors:
                for key in _keys(family_of(reference.authors[0])):
                    for year in _years_of(reference, text):
                        self._entries[key, year].append(_entry(target, reference, year, text))

    def citations(self, stretches: Iterable[Span], text: str) -> Iterator[Link]:
        """Links from names and years in ``stretches`` of ``text``; one for each year. The first
        covers the names too. Where entries can't be told apart there is none.
        """
        for stretch in stretches:
            for match in _YEARS.finditer(text, stretch.start, stretch.end):
                before = max(stretch.start, match.start() - _WINDOW)
                named = _BEFORE.search(text[before : match.start()])
                if named:
                    yield from self._linked(named, before + named.start(), match, text)

    def _linked(
        self, named: re.Match[str], start: int, years: re.Match[str], text: str
    ) -> Iterator[Link]:
        for year in _ONE.finditer(years[0]):
            marks = [(m[0], m.span()) for m in _LETTER.finditer(years[0], *_letters(year))]
            for at, (letter, (first, last)) in enumerate(marks or [("", year.span())]):
                found = self._find(named, int(year["year"]), letter)
                if found is None:
                    continue
                target, skipped = found
                first = first if at else year.start()
                begin = years.start() + first if first else start + skipped
                yield Link(_closed(begin, years.start() + last, text), LinkKind.CITATION, target)

    def _find(self, named: re.Match[str], year: int, letter: str) -> tuple[int, int] | None:
        """The entry, and how many characters before its name belong to the sentence."""
        words = list(re.finditer(r"\S+", named["first"]))
        for word in words:
            key = _folded(bare(named["first"][word.start() :]))
            if entries := self._entries.get((key, year)):
                target = _only(entries, letter, named["more"] or "")
                return None if target is None else (target, word.start())
        return None


def _only(entries: Sequence[_Entry], letter: str, more: str) -> int | None:
    """The one entry that fits best, if it is one."""
    several = [entry for entry in entries if entry.exact] or list(entries)
    several = [entry for entry in several if entry.letter == letter] or several
    second = re.match(rf",?\s(?:and|&)\s({_FAMILY})$", more)
    if second:
        several = [e for e in several if _folded(second[1]) == e.second] or several
        several = [e for e in several if e.authors == 2] or several
    elif more:
        several = [e for e in several if e.authors > 2] or several
    else:
        several = [e for e in several if e.authors == 1] or several
    targets = {entry.target for entry in several}
    return targets.pop() if len(targets) == 1 else None


def _letters(year: re.Match[str]) -> tuple[int, int]:
    return year.span("letters") if year["letters"] else (0, 0)


def _closed(start: int, end: int, text: str) -> Span:
    """With the bracket that closes what the words opened, as in "Hu et al. (2021)"."""
    pair = {")": "(", "]": "["}.get(text[end : end + 1])
    return Span(start, end + (pair is not None and pair in text[start:end]))


def _years_of(reference: Reference, text: str) -> set[int]:
    """The year, and others that the entry tells: a preprint's, beside its publication's."""
    others = {int(year["year"]) for year in _ONE.finditer(text) if year[0] != text}
    return others if reference.year is None else others | {reference.year}


def _entry(target: int, reference: Reference, year: int, text: str) -> _Entry:
    letter = re.search(rf"\b{year}\s?([a-z])\b", text)
    second = _folded(family_of(reference.authors[1])) if len(reference.authors) > 1 else ""
    exact = year == reference.year
    return _Entry(target, exact, letter[1] if letter else "", second, len(reference.authors))


def _keys(family: str) -> set[str]:
    """How a family may be called: with its particles and without, and a name of several words by
    the last of them.
    """
    words = family.split()
    return {_folded(" ".join(words[at:])) for at in range(len(words))}


def _folded(name: str) -> str:
    """The name in lower case, without accents, hyphens or spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum())

"""Footnotes, joined to the marks that call them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.types import Element, Kind, Link, LinkKind, Paper, Span

_MARK = re.compile(
    r"\[\^(?P<name>[^\]\s]+)\]:|(?P<number>\d{1,2})(?!\d|[.,]\d)\s?|(?P<sign>[∗*†‡§¶♣♠♦⋄]+)\s?"
)
_CALLERS = frozenset((Kind.PARAGRAPH, Kind.LIST, Kind.FIGURE, Kind.TABLE, Kind.ALGORITHM))
_AFTER = r"(?=[\s.,;:)\]”’\"—–-]|$)"
# Raised digits stand right after a word of some length, or after a sentence's punctuation.
_STOPPED = r"(?<=[^\W\d_][.,;:!?)\]”’\"])|(?<=[)\]”’\"][.,;:!?])"
_WORD_OR_STOP = (
    rf"(?:(?P<stem>[^\W\d_]{{3,}}|\b[A-Z]{{2}})|{_STOPPED}"
    r"|(?<=\d\d\d\d\))|(?<=\.[a-z]{2})|(?<=[\]⟩”’%]))"
)
# Where a font leaves a space before them, they stand after words that no number follows.
_APART = rf"(?:{_STOPPED}|(?<=[\]”’)])|(?P<word>[^\W\d_]{{3,}}|(?:19|20)\d\d))\s"
_FOLLOWS = re.compile(r"[\s,;]|\.\s")
_COUNTING = frozenset(
    "figure figures fig table tables section sections equation equations algorithm step task line "
    "appendix chapter part case level layer stage phase model type example method class group page "
    "and the for with from over than about least most using all any are was only every top into "
    "between under above below after before per".split()
)
_NAMED = re.compile(r"\[\^([^\]\s]+)\]")
_NUMBERED = re.compile(r"\b([^\W\d_]{2,})(\d{1,2})(?!\d)")
_CALLS = 2  # that a word may make: with more numbers it is a name, if one comes again


def footnote_calls(paper: Paper) -> Iterator[Link]:
    """Links from marks in the text to the notes at the foot of the same page, or, in a text
    without pages, from "[^1]" to the note of that name. A note whose mark can't be told from other
    uses of the same characters has none.
    """
    marks = {
        at: mark
        for at, note in enumerate(paper.elements)
        if note.kind is Kind.FOOTNOTE and (mark := _MARK.match(note.span.of(paper.text)))
    }
    yield from _named(paper, {mark["name"]: at for at, mark in marks.items() if mark["name"]})
    printed = _Printed.of(paper)
    for at, mark in marks.items():
        pages = paper.elements[at].pages
        if pages and not mark["name"] and (call := printed.call(mark, pages[0])):
            yield Link(call, LinkKind.FOOTNOTE, at)


def _named(paper: Paper, notes: dict[str, int]) -> Iterator[Link]:
    for call in _NAMED.finditer(paper.text) if notes else ():
        target = notes.get(call[1])
        if target is not None and call.start() != paper.elements[target].span.start:
            yield Link(Span(*call.span()), LinkKind.FOOTNOTE, target)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A paper's text, the stretches of running text on each page, and how often which number
    stands at which word.
    """

    text: str
    pages: dict[int, list[Span]]
    numbered: dict[str, Counter[str]]

    @classmethod
    def of(cls, paper: Paper) -> _Printed:
        pages: defaultdict[int, list[Span]] = defaultdict(list)
        for element in paper.elements:
            for page in element.pages if element.kind in _CALLERS else ():
                pages[page].append(_part(element, page))
        numbered: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for match in _NUMBERED.finditer(paper.text):
            numbered[match[1]][match[2]] += 1
        return cls(paper.text, pages, numbered)

    def call(self, mark: re.Match[str], page: int) -> Span | None:
        """The first place on the page that can only be the call of the note with that mark."""
        if mark["sign"]:
            sign = re.escape(mark["sign"])
            return _only(self._found(rf"(?<=[^\W\d_]|[.,;:)])(?P<mark>{sign}){_AFTER}", page))
        number = mark["number"]
        for match in self._found(rf"{_WORD_OR_STOP}(?P<mark>{number}){_AFTER}", page):
            if not self._is_name(match["stem"] or "", number):
                return Span(*match.span("mark"))
        apart = self._found(rf"{_APART}(?P<mark>{number}){_AFTER}", page)
        return _only(match for match in apart if self._stands_alone(match))

    def _found(self, pattern: str, page: int) -> Iterator[re.Match[str]]:
        compiled = re.compile(pattern)
        for stretch in self.pages.get(page, ()):
            yield from compiled.finditer(self.text, stretch.start, stretch.end)

    def _is_name(self, stem: str, number: str) -> bool:
        """Whether the word goes with numbers for good: "conv1" comes again, and so does "conv2";
        that a word calls several notes happens, but each once.
        """
        found = self.numbered.get(stem, Counter())
        return found[number] > 1 or (len(found) > _CALLS and found.total() > len(found))

    def _stands_alone(self, match: re.Match[str]) -> bool:
        """Whether the number after a space is neither counted nor a name's part."""
        if match["word"]:
            return match["word"].lower() not in _COUNTING
        return bool(_FOLLOWS.match(self.text, match.end()))


def _part(element: Element, page: int) -> Span:
    lines = [line.span for line in element.lines if line.box.page == page]
    return Span(min(line.start for line in lines), max(line.end for line in lines))


def _only(found: Iterable[re.Match[str]]) -> Span | None:
    """Where the mark stands, if that is one place alone."""
    places = [Span(*match.span("mark")) for match in found]
    return places[0] if len(places) == 1 else None

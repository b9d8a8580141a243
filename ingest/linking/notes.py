"""Footnotes, joined to the marks that call them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain

from rag.types import Element, Kind, Link, LinkKind, Paper, Span

_SIGNS = "∗*†‡§¶♣♠♦⋄"
_MARK = re.compile(
    r"\[\^(?P<name>[^\]\s]+)\]:|(?P<number>\d{1,2})(?!\d|[.,]\d)\s?"
    rf"|(?P<sign>[{_SIGNS}]+)\s?"
)
_CALLERS = frozenset((Kind.PARAGRAPH, Kind.LIST, Kind.FIGURE, Kind.TABLE, Kind.ALGORITHM))
_AFTER = r"(?=[\s.,;:)\]”’\"—–-]|$)"
# From its first letter, so that a long run of letters is looked at once.
_LETTERS = r"(?<![^\W\d_])[^\W\d_]{3,40}"
# Raised digits stand right after a word of some length, or after a sentence's punctuation.
_STOPPED = r"(?<=[^\W\d_][.,;:!?)\]”’\"])|(?<=[)\]”’\"][.,;:!?])"
_NUMBER = rf"(?P<mark>\d{{1,2}}){_AFTER}"
_RAISED = re.compile(
    rf"(?:(?P<stem>{_LETTERS}|\b[A-Z]{{2}})|{_STOPPED}"
    rf"|(?<=\d\d\d\d\))|(?<=\.[a-z]{{2}})|(?<=[\]⟩”’%])){_NUMBER}"
)
# Where a font leaves a space before them, they stand after words that no number follows.
_APART = re.compile(rf"(?:{_STOPPED}|(?<=[\]”’)])|(?P<word>{_LETTERS}|(?:19|20)\d\d))\s{_NUMBER}")
_SIGNED = re.compile(rf"(?<=[^\W\d_]|[.,;:)])(?P<mark>[{_SIGNS}]+){_AFTER}")
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
    by_page: defaultdict[int, list[int]] = defaultdict(list)
    for at, mark in marks.items():
        if not mark["name"] and (pages := paper.elements[at].pages):
            by_page[pages[0]].append(at)
    printed = _Printed.of(paper)
    for page, notes in by_page.items():
        wanted = {marks[at]["number"] or marks[at]["sign"] for at in notes}
        calls = printed.calls(wanted, page)
        for at in notes:
            if call := calls.get(marks[at]["number"] or marks[at]["sign"]):
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

    def calls(self, wanted: Set[str], page: int) -> dict[str, Span]:
        """The first place on the page that can only be the call of a note, by the note's mark."""
        raised, apart = self._found(_RAISED, page), self._found(_APART, page)
        signed = self._found(_SIGNED, page)
        calls: dict[str, Span | None] = {}
        for mark in wanted:
            clear = (m for m in raised[mark] if not self._is_name(m["stem"] or "", mark))
            if first := next(clear, None):
                calls[mark] = Span(*first.span("mark"))
            else:
                alone = (match for match in apart[mark] if self._stands_alone(match))
                calls[mark] = _only(chain(alone, signed[mark]))
        return {mark: call for mark, call in calls.items() if call}

    def _found(self, pattern: re.Pattern[str], page: int) -> defaultdict[str, list[re.Match[str]]]:
        """Where it stands on the page, by mark; looked for once, however many notes there are."""
        found: defaultdict[str, list[re.Match[str]]] = defaultdict(list)
        for stretch in self.pages.get(page, ()):
            for match in pattern.finditer(self.text, stretch.start, stretch.end):
                found[match["mark"]].append(match)
        return found

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

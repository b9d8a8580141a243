"""Footnotes, joined to the marks that call them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

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
_LONGEST = 4  # a sign repeated more often is no mark


def footnote_calls(paper: Paper) -> Iterator[Link]:
    """Links from marks in the text to the notes at the foot of the same page, or, in a text
    without pages, from "[^1]" to the note of that name. A note whose mark can't be told from other
    uses of the same characters has none.
    """
    pages = _callers(paper)
    for target, note in enumerate(paper.elements):
        if note.kind is not Kind.FOOTNOTE:
            continue
        mark = _MARK.match(note.span.of(paper.text))
        if mark is None:
            continue
        if mark["name"]:
            yield from _named(paper, mark["name"], target)
            continue
        callers = pages.get(note.pages[0], ()) if note.pages else ()
        call = _call(paper.text, callers, mark)
        if call is not None:
            yield Link(call, LinkKind.FOOTNOTE, target)


def _callers(paper: Paper) -> dict[int, list[Span]]:
    """For each page, the stretches of running text that are printed on it."""
    pages: defaultdict[int, list[Span]] = defaultdict(list)
    for element in paper.elements:
        if element.kind in _CALLERS:
            for page in element.pages:
                pages[page].append(_part(element, page))
    return pages


def _part(element: Element, page: int) -> Span:
    lines = [line.span for line in element.lines if line.box.page == page]
    return Span(min(line.start for line in lines), max(line.end for line in lines))


def _named(paper: Paper, name: str, target: int) -> Iterator[Link]:
    call = f"[^{name}]"
    for element in paper.elements:
        at = paper.text.find(call, element.span.start, element.span.end)
        while at >= 0:
            if at != paper.elements[target].span.start:
                yield Link(Span(at, at + len(call)), LinkKind.FOOTNOTE, target)
            at = paper.text.find(call, at + 1, element.span.end)


def _call(text: str, callers: Sequence[Span], mark: re.Match[str]) -> Span | None:
    """The first place that can only be the note's call."""
    if mark["sign"]:
        return _only(text, callers, mark["sign"])
    pattern = re.compile(rf"{_WORD_OR_STOP}(?P<mark>{mark['number']}){_AFTER}")
    for caller in callers:
        for match in pattern.finditer(text, caller.start, caller.end):
            if not _is_name(text, match["stem"] or "", mark["number"]):
                return Span(*match.span("mark"))
    return _call_apart(text, callers, mark["number"])


def _call_apart(text: str, callers: Sequence[Span], number: str) -> Span | None:
    """Where the number stands after a space as no count or name would, if that is one place."""
    pattern = re.compile(rf"{_APART}(?P<mark>{number}){_AFTER}")
    found = [
        match
        for caller in callers
        for match in pattern.finditer(text, caller.start, caller.end)
        if (match["word"] or "").lower() not in _COUNTING
        and (match["word"] or _FOLLOWS.match(text, match.end()))
    ]
    return Span(*found[0].span("mark")) if len(found) == 1 else None


def _is_name(text: str, stem: str, number: str) -> bool:
    """Whether the word goes with numbers for good: "conv1" comes again, and so does "conv2"; that
    a word calls several notes happens, but each once.
    """
    if not stem:
        return False
    numbered = re.compile(rf"\b{re.escape(stem)}(\d{{1,2}})(?!\d)")
    found = Counter(match[1] for match in numbered.finditer(text))
    return found[number] > 1 or (len(found) > 2 and found.total() > len(found))


def _only(text: str, callers: Sequence[Span], sign: str) -> Span | None:
    """Where the sign stands after a word, if that is one place alone."""
    if len(sign) > _LONGEST:
        return None
    pattern = re.compile(rf"(?<=[^\W\d_]|[.,;:)]){re.escape(sign)}{_AFTER}")
    found = [m for caller in callers for m in pattern.finditer(text, caller.start, caller.end)]
    return Span(*found[0].span()) if len(found) == 1 else None

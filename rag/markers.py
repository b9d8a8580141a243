"""The marks by which an answer cites its evidence: ``[2: "verbatim words"]``, or ``[2]``.

A quote proves more, a bare number is what small models manage; both are read, and so are
``[1, 3]``, ``[1-3]``, ``[1][3]``, ``[1: "some words"; 3: "others"]``, ``[2, p. 13]``,
``[evidence 2]``, ``(evidence 2)``, ``[^2]``, ``[[2]]`` and ``【2】``. A reader is only ever
shown ``[2]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.types import Span

LONGEST = 800
"""Characters: a bracket that stays open for longer is no marker."""

_LONGEST_RANGE = 10
_NAME = r"(?:evidence|passage|excerpt|source)"
_NUMBER = rf"(?:{_NAME}[ \t]*)?[#^]?(?P<first>\d{{1,3}})(?:[ \t]*[-–][ \t]*(?P<last>\d{{1,3}}))?"
_PAGE = r"[ \t]*(?:pp?|pages?|sec|sections?|fig|figure|tab|table|§)\.?[ \t]*\d[\w.–-]*[ \t]*"
# Quoted words may hold brackets; words without quotation marks, or with odd ones, may not.
_QUOTED = (
    rf""":[ \t]*(?:"[^"\n]{{0,{LONGEST}}}"|“[^”\n]{{0,{LONGEST}}}”|«[^»\n]{{0,{LONGEST}}}»)"""
    r"(?=[ \t]*[\],;】)])"
)


def _items(closing: str) -> str:
    """A pattern for what a marker may hold that ends with ``closing``."""
    number = re.sub(r"\?P<\w+>", "?:", _NUMBER)
    item = rf"[ \t]*{number}[ \t]*(?:{_QUOTED}|[:†][^{closing}\n]{{0,{LONGEST}}})?[ \t]*"
    return rf"{item}(?:[,;](?:{item}|{_PAGE}))*"


_BRACKETED = _items(r"\]")
_MARKER = re.compile(
    rf"\[\[{_BRACKETED}\]\]|\[{_BRACKETED}\]|【{_items('】')}】|\((?=[ \t]*{_NAME}){_items(')')}\)",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"{_PAGE}[,;\]]|[ \t]*{_NUMBER}[ \t]*(?P<quote>{_QUOTED}|[:†][^\]\n]*)?[ \t]*[,;]?", re.I
)
_ASIDE = re.compile(
    r"(?P<fence>```|~~~).*?(?:(?P=fence)|\Z)|`[^`\n]+`|\$\$.+?\$\$|\$[^$\n]{1,300}\$", re.S
)
_IN_CODE, _IN_FORMULA = re.compile(r"[\w\])}]"), re.compile(r"[{^_]")  # before an index
_OPENER = re.compile(r"[\[(【]")
_OPENING = re.compile(
    r"(?:\[\[?|【)[ \t]*[a-z]{0,8}[ \t]*[#^]?(?:\d{1,3}[ \t]*(?:[-–†:,;].*)?\]?)?"
    r"|\([ \t]*(?:[a-z]{0,8}|[a-z]{6,8}[ \t]*[#^]?(?:\d{1,3}[ \t]*(?:[-–†:,;][^)]*)?)?)",
    re.I | re.S,
)
_QUOTATION_MARKS = " \t\"'“”‘’«»"


@dataclass(frozen=True, slots=True)
class Marker:
    """A cited number, the words quoted with it (or ""), and where in the plain text it stood."""

    number: int
    quote: str
    at: int


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer without its markers, and the markers in order."""

    plain: str
    markers: tuple[Marker, ...]


def parse(text: str) -> Marked:
    """Takes the markers out of ``text``, each with the blanks before it."""
    plain = ""
    markers: list[Marker] = []
    end = 0
    for match in _found(text):
        plain += text[end : match.start()].rstrip(" \t")
        markers += _read(match[0], len(plain))
        end = match.end()
        if not plain or plain.endswith("\n"):
            end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    return Marked(plain + text[end:], tuple(markers))


def spans(text: str) -> list[Span]:
    """Where the markers of ``text`` stand in it."""
    return [Span(match.start(), match.end()) for match in _found(text)]


def _found(text: str) -> Iterator[re.Match[str]]:
    """The markers of ``text``, without the indices of its code and formulas: "x[1]", "h_{[1]}"."""
    asides = iter([*(match.span() for match in _ASIDE.finditer(text)), (len(text), len(text))])
    start, end = next(asides)
    for match in _MARKER.finditer(text):
        while end <= match.start():
            start, end = next(asides)
        indexed = _IN_FORMULA if text.startswith("$", start) else _IN_CODE
        if match.start() <= start or not indexed.match(text, match.start() - 1):
            yield match


def _read(marker: str, at: int) -> list[Marker]:
    edge = 2 if marker.startswith("[[") else 1
    return [
        Marker(number, _unquoted(part["quote"] or ""), at)
        for part in _PARTS.finditer(f"{marker[edge:-edge]}]")
        if part["first"]
        for number in _range(int(part["first"]), int(part["last"] or part["first"]))
    ]


def _range(first: int, last: int) -> Sequence[int]:
    return range(first, last + 1) if first <= last < first + _LONGEST_RANGE else (first, last)


def _unquoted(quote: str) -> str:
    return "" if quote.startswith("†") else quote.removeprefix(":").strip(_QUOTATION_MARKS)


class QuoteFilter:
    """Lets a stream of text through, its markers without their quotes.

    Only an open bracket that may yet become a marker is held back.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What may be shown after ``piece`` has come."""
        self._held += piece
        shown = ""
        while self._held:
            opener = _OPENER.search(self._held)
            start = opener.start() if opener else len(self._held)
            shown += self._held[:start]
            self._held = self._held[start:]
            ready = self._settled() if opener else ""
            if not ready:
                break
            shown += ready
        return shown

    def rest(self) -> str:
        """What is left when the stream has ended."""
        held, self._held = self._held, ""
        return _MARKER.sub(_bare, held)

    def _settled(self) -> str:
        """What to show for the bracket that opens the held text; "" while it is open."""
        match = _MARKER.match(self._held)
        if match and not _in_quote(match[0]):
            self._held = self._held[match.end() :]
            return _bare(match)
        line = self._held.partition("\n")[0]
        if line == self._held and len(line) < LONGEST and _OPENING.fullmatch(line):
            return ""
        bracket, self._held = self._held[0], self._held[1:]
        return bracket


def _bare(match: re.Match[str]) -> str:
    return "".join(f"[{marker.number}]" for marker in _read(match[0], 0))


def _in_quote(text: str) -> bool:
    """Whether a quotation is open at the end of ``text``."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")

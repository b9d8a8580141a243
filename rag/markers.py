"""The marks by which an answer cites its evidence: ``[2: "verbatim words"]``, or ``[2]``.

A quote proves more, a bare number is what small models manage; both are read, and so are
``[1, 3]``, ``[1][3]``, ``[1: "some words"; 3: "others"]`` and ``[evidence 2]``. A reader is
only ever shown ``[2]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 800
"""Characters: a bracket that stays open for longer is no marker."""

_WORD = r"(?:(?:evidence|passage|excerpt|source)\s*)?#?"
# Quoted words may hold brackets; words without quotation marks, or with odd ones, may not.
_QUOTE = r"""(?::\s*(?:"[^"\n]*"|“[^”\n]*”|«[^»\n]*»)(?=\s*[\],;])|:[^\]\n]*)"""
_ITEM = rf"\s*{_WORD}\d{{1,3}}\s*{_QUOTE}?\s*"
_MARKER = re.compile(rf"\[{_ITEM}(?:[,;]{_ITEM})*\]", re.IGNORECASE)
_PARTS = re.compile(rf"\s*{_WORD}(?P<number>\d{{1,3}})\s*(?P<quote>{_QUOTE})?\s*[,;]?", re.I)
_OPENING = re.compile(
    r"\[\s*(?:[a-z]{0,8}\s*#?|[a-z]{0,8}\s*#?\d{1,3}\s*(?:[:,;].*)?)", re.I | re.S
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
    for match in _MARKER.finditer(text):
        plain += text[end : match.start()].rstrip(" \t")
        markers += _read(match[0], len(plain))
        end = match.end()
        if not plain or plain.endswith("\n"):
            end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    return Marked(plain + text[end:], tuple(markers))


def _read(marker: str, at: int) -> list[Marker]:
    return [
        Marker(int(part["number"]), _unquoted(part["quote"] or ""), at)
        for part in _PARTS.finditer(marker[1:])
    ]


def _unquoted(quote: str) -> str:
    return quote.removeprefix(":").strip(_QUOTATION_MARKS)


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
            before, bracket, _ = self._held.partition("[")
            shown += before
            self._held = self._held[len(before) :]
            ready = self._settled() if bracket else ""
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
        self._held = self._held[1:]
        return "["


def _bare(match: re.Match[str]) -> str:
    return "".join(f"[{marker.number}]" for marker in _read(match[0], 0))


def _in_quote(text: str) -> bool:
    """Whether a quotation is open at the end of ``text``."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")

"""BibTeX files, as they are written by hand and by programs. Pure.

The grammar is that of BibTeX 0.99 (O. Patashnik, "BibTeXing", 1988): entries with values in
braces, in quotes, as numbers or as abbreviations, joined by "#". Whatever stands between entries is
comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NAME = re.compile(r"\s*([^\s=,{}()\"#%']+)\s*=\s*")
_KEY = re.compile(r"\s*([^\s,{}]*)\s*(?:,|(?=[})]))")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True, slots=True)
class BibEntry:
    """An entry; ``fields`` by lower-case name, as written but with blanks collapsed."""

    kind: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)


class _Broken(ValueError):
    """The text does not go on as an entry does."""


def bib_entries(text: str) -> Iterator[BibEntry]:
    """The entries in order. One that is broken ends where the next "@" begins a line."""
    strings = {month: month.capitalize() for month in _MONTHS}
    at = 0
    while match := _ENTRY.search(text, at):
        kind, at = match[1].lower(), match.end()
        if kind in {"comment", "preamble"}:
            continue
        try:
            if kind == "string":
                found, at = _fields(text, at, strings)
                strings.update(found)
                continue
            key = _KEY.match(text, at)
            if key is None:
                continue
            found, at = _fields(text, key.end(), strings)
        except _Broken:
            following = text.find("\n@", at)
            at = len(text) if following < 0 else following
            continue
        yield BibEntry(kind, key[1], found)


def _fields(text: str, at: int, strings: dict[str, str]) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while name := _NAME.match(text, at):
        value, at = _value(text, name.end(), strings)
        found.setdefault(name[1].lower(), value)
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1
    if at >= len(text) or text[at] not in "})":
        raise _Broken
    return found, at + 1


def _value(text: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        part, at = _part(text, at, strings)
        parts.append(part)
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith("#", at):
            return " ".join("".join(parts).split()), at
        at += 1
        while at < len(text) and text[at].isspace():
            at += 1


def _part(text: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    if text.startswith("{", at):
        end = _closing(text, at + 1, "}")
        return text[at + 1 : end], end + 1
    if text.startswith('"', at):
        end = _closing(text, at + 1, '"')
        return text[at + 1 : end], end + 1
    bare = _BARE.match(text, at)
    if bare is None:
        raise _Broken
    return strings.get(bare[0].lower(), bare[0]), bare.end()


def _closing(text: str, at: int, mark: str) -> int:
    """Where the value ends: braces inside come in pairs, and what is escaped counts for none."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == mark and depth == 0:
            return at
        depth += (char == "{") - (char == "}")
        at += 1
    raise _Broken

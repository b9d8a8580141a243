"""BibTeX files, as they are written by hand and by programs. Pure.

The grammar is that of BibTeX 0.99 (O. Patashnik, "BibTeXing", 1988): entries with values in
braces, in quotes, as numbers or as abbreviations, joined by "#". Whatever stands between entries is
comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NAME = re.compile(r"\s*([^\s=,{}()\"#%']+)\s*=\s*")
_KEY = re.compile(r"\s*((?:[^\s,{}]{1,200}(?:[ \t]{1,9}[^\s,{}=]{1,200}){0,9})?)\s*(?:,|(?=[})]))")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_QUOTE = re.compile(r"\\.|([{}\"])", re.DOTALL)
_MOST_JOINED = 1 << 14
"""Characters that "#" may join: abbreviations of abbreviations would double without end."""
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True, slots=True)
class BibEntry:
    """An entry; ``fields`` by lower-case name, as written but with blanks collapsed. One that is
    broken has none, and says what its ``fault`` is.
    """

    kind: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class _Source:
    text: str

    @cached_property
    def closing(self) -> dict[int, int]:
        """The closing brace of each opening one. Found in one pass: were each value followed to its
        end, a file of values that have none would take the square of its length.
        """
        pairs: dict[int, int] = {}
        opened: list[int] = []
        for match in _BRACE.finditer(self.text):
            if match[1] == "{":
                opened.append(match.start())
            elif match[1] and opened:
                pairs[opened.pop()] = match.start()
        return pairs


class _Broken(ValueError):
    """The text does not go on as an entry does."""


def bib_entries(text: str) -> Iterator[BibEntry]:
    """The entries in order. One that is broken ends where the next "@" begins a line."""
    source = _Source(text)
    strings = {month: month.capitalize() for month in _MONTHS}
    at = 0
    while match := _ENTRY.search(text, at):
        kind, at = match[1].lower(), match.end()
        if kind in {"comment", "preamble"}:
            continue
        name = ""
        try:
            if kind == "string":
                found, at = _fields(source, at, strings)
                strings.update(found)
                continue
            name, fields_at = _key(text, at)
            found, at = _fields(source, fields_at, strings)
        except _Broken as error:
            if kind != "string" and _begins_line(text, match.start()):
                start = text[match.start() : at + 40].partition("\n")[0]
                yield BibEntry(kind, name or start, fault=f"can't be read: {error}")
            following = text.find("\n@", at)
            at = len(text) if following < 0 else following
            continue
        yield BibEntry(kind, name, found)


def _key(text: str, at: int) -> tuple[str, int]:
    key = _KEY.match(text, at)
    if key is None:
        raise _Broken("it has no key")
    return key[1].strip(), key.end()


def _begins_line(text: str, at: int) -> bool:
    """Whether nothing stands before: an "@" amid a line may be part of a comment."""
    return not text[max(0, at - 99) : at].rpartition("\n")[2].strip()


def _fields(source: _Source, at: int, strings: dict[str, str]) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    text = source.text
    while name := _NAME.match(text, at):
        value, at = _value(source, name.end(), strings)
        found.setdefault(name[1].lower(), value)
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1
    if at >= len(text) or text[at] not in "})":
        raise _Broken("it does not end where its fields do")
    return found, at + 1


def _value(source: _Source, at: int, strings: dict[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    size, text = 0, source.text
    while True:
        part, at = _part(source, at, strings)
        parts.append(part)
        size += len(part)
        if len(parts) > 1 and size > _MOST_JOINED:
            raise _Broken(f"a value is joined of more than {_MOST_JOINED:,} characters")
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith("#", at):
            return " ".join("".join(parts).split()), at
        at += 1
        while at < len(text) and text[at].isspace():
            at += 1


def _part(source: _Source, at: int, strings: dict[str, str]) -> tuple[str, int]:
    text = source.text
    if text.startswith("{", at):
        end = source.closing.get(at, -1)
        if end < 0:
            raise _Broken("a value in braces has no end")
        return text[at + 1 : end], end + 1
    if text.startswith('"', at):
        end = _quoted(source, at + 1)
        return text[at + 1 : end], end + 1
    bare = _BARE.match(text, at)
    if bare is None:
        raise _Broken("a field has no value")
    return strings.get(bare[0].lower(), bare[0]), bare.end()


def _quoted(source: _Source, at: int) -> int:
    """Where the value in quotes ends: braces inside come in pairs, and quotes in them count for
    none, nor does what is escaped.
    """
    while match := _QUOTE.search(source.text, at):
        at = match.end()
        if match[1] == '"':
            return match.start()
        if match[1] == "}" or (match[1] and match.start() not in source.closing):
            break
        if match[1]:
            at = source.closing[match.start()] + 1
    raise _Broken("a value in quotes has no end")

"""``.bib`` files: entries with their fields, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ENTRY = re.compile(r"@\s*(\w+)\s*[{(]")
_KEY = re.compile(r"\s*([^\s,{}()=\"#%]+)\s*,")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#=]+")
_JOIN = re.compile(r"\s*#\s*")
_LISTED = re.compile(r"\\entry\{")
_LISTED_HEAD = re.compile(r"([^{}]+)\}\{(\w+)\}")
_VALUE = r"((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"
_LISTED_FIELD = re.compile(rf"\\field\{{(\w+)\}}\{{{_VALUE}\}}")
_LISTED_VERB = re.compile(r"\\verb\{(\w+)\}\s*\\verb ([^\n]*)")
_LISTED_NAME = re.compile(
    r"family=\{" + _VALUE + r"\}.{0,400}?given=\{" + _VALUE + r"\}", re.DOTALL
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SKIPPED = frozenset({"comment", "preamble", "string"})


@dataclass(frozen=True, slots=True)
class Item:
    """An entry; field names are in lower case, values are LaTeX."""

    kind: str
    key: str
    fields: Mapping[str, str]


def items(source: str) -> dict[str, Item]:
    """The entries by key; of two with one key the first. What can't be read is passed over."""
    strings: dict[str, str] = {month: month.capitalize() for month in _MONTHS}
    found: dict[str, Item] = {}
    entries = list(_ENTRY.finditer(source))
    for match in entries:
        if match[1].lower() == "string":
            strings.update(_fields(source, match.end(), strings))
    for match in entries:
        kind = match[1].lower()
        if kind not in _SKIPPED and (key := _KEY.match(source, match.end())):
            fields = dict(_fields(source, key.end(), strings))
            if fields:
                found.setdefault(key[1], Item(kind, key[1], fields))
    return found


def biblatex_items(source: str) -> dict[str, Item]:
    r"""The entries of a ``.bbl`` that biblatex wrote, with ``\field`` and ``\name``."""
    found: dict[str, Item] = {}
    for part in _LISTED.split(source)[1:]:
        head = _LISTED_HEAD.match(part)
        if head is None:
            continue
        fields = {match[1].lower(): match[2] for match in _LISTED_FIELD.finditer(part)}
        fields |= {match[1].lower(): match[2].strip() for match in _LISTED_VERB.finditer(part)}
        names = part.partition(r"\name{author}")[2].partition(r"\name{")[0]
        authors = [f"{family}, {given}" for family, given in _LISTED_NAME.findall(names)]
        if authors:
            fields["author"] = " and ".join(authors)
        found.setdefault(head[1], Item(head[2], head[1], fields))
    return found


def _fields(source: str, at: int, strings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    while field := _FIELD.match(source, at):
        value, at = _value(source, field.end(), strings)
        if value is None:
            return
        yield field[1].lower(), " ".join(value.split())


def _value(source: str, at: int, strings: Mapping[str, str]) -> tuple[str | None, int]:
    parts: list[str] = []
    while True:
        opening = source[at : at + 1]
        if opening in ("{", '"') and opening:
            end = _end(source, at)
            if end < 0:
                return None, at
            parts.append(source[at + 1 : end])
            at = end + 1
        elif bare := _BARE.match(source, at):
            parts.append(strings.get(bare[0].lower(), bare[0]))
            at = bare.end()
        else:
            return None, at
        join = _JOIN.match(source, at)
        if not join:
            return "".join(parts), at
        at = join.end()


_LONGEST = 50_000


def _end(source: str, start: int) -> int:
    """Where the value that opens at ``start`` closes; -1 where it doesn't within reason."""
    quoted, depth = source[start] == '"', 0
    at, last = start + 1, min(len(source), start + _LONGEST)
    while at < last:
        character = source[at]
        if character == "\\":
            at += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            if depth == 0 and not quoted:
                return at
            depth -= 1
        elif character == '"' and quoted and depth == 0:
            return at
        at += 1
    return -1

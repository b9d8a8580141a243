r"""The ``.bbl`` that biblatex has written: a list of fields, not of printed entries."""

from __future__ import annotations

import re

from ingest.bibtex import BibEntry

_ENTRY = re.compile(r"\\entry\{")
_HEAD = re.compile(r"([^{}]+)\}\{(\w+)\}")
_VALUE = r"((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"
_FIELD = re.compile(rf"\\field\{{(\w+)\}}\{{{_VALUE}\}}")
_VERBATIM = re.compile(r"\\verb\{(\w+)\}\s*\\verb ([^\n]*)")
_NAME = re.compile(r"family=\{" + _VALUE + r"\}.{0,400}?given=\{" + _VALUE + r"\}", re.DOTALL)


def listed_entries(source: str) -> dict[str, BibEntry]:
    r"""The entries by key, from ``\field`` and ``\name``; of two with one key the first."""
    found: dict[str, BibEntry] = {}
    for part in _ENTRY.split(source)[1:]:
        head = _HEAD.match(part)
        if head is None:
            continue
        fields = {match[1].lower(): match[2] for match in _FIELD.finditer(part)}
        fields |= {match[1].lower(): match[2].strip() for match in _VERBATIM.finditer(part)}
        names = part.partition(r"\name{author}")[2].partition(r"\name{")[0]
        authors = [f"{family}, {given}" for family, given in _NAME.findall(names)]
        if authors:
            fields["author"] = " and ".join(authors)
        found.setdefault(head[1], BibEntry(head[2], head[1], fields))
    return found

"""One entry of a bibliography -> its fields, by layers of patterns.

What is certain goes first: label, identifiers, the year where names or a title are followed by it.
The rest is cut by the punctuation that styles of bibliographies have in common.
"""

from __future__ import annotations

import re

from ingest.arxiv import year_of_id
from ingest.linking.accents import composed
from ingest.linking.identifiers import find_identifiers
from ingest.linking.names import Names, read_names
from ingest.linking.venues import read_venue
from rag.types import Reference

_ITEM = re.compile(r"^\s*[-*+•]\s+")  # of a Markdown list
_LABEL = re.compile(
    r"\s*(?:\[([^\[\]]{1,60})\]\s*[.:]?|\(?(\d{1,3})[.)](?=\s)|(\d{1,3})(?=\s+[^\W\d_a-z]))\s*"
)
_PAGES_BACK = re.compile(
    r"(?:(?<=[.\d\])])\s+\d{1,3}(?:,\s?\d{1,3})*|\s*\[\d{1,3}(?:,\s?\d{1,3})*\]\.?"
    r"|\W*\bcited (?:on|in|at) (?:pages?|p\.|pp\.)[\s\d,–-]+(?:and \d+)?\W*)$",
    re.IGNORECASE,
)
_ACCESS = re.compile(
    r"[\[(,;.]?\s*(?:online[;,. ]*)?(?:last )?(?:accessed|visited|retrieved)\b.*$", re.I
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
YEAR = r"(?:1[89]|20)\d\d"
_YEAR_FIRST = re.compile(
    rf"[\s.,:]*[(\[]?\s*(?:{_MONTH}\s+)?({YEAR})\s?[a-z]?(?:,?\s{_MONTH}(?:\s\d{{1,2}})?)?\s*[)\]]?[\s.,:]+",
    re.IGNORECASE,
)
_LOOSE_HEAD = re.compile(rf"(.{{2,3000}}?)[.,]?\s[(\[]?{YEAR}[a-z]?[)\]]?[.,:]\s")
_PARTED = re.compile(r",\s(?:and\s)?|\s(?:and|&)\s|,?\set al\b\.?")
_SEVERAL = 2  # names make an entry of what has nothing else
_ANY_YEAR = re.compile(rf"(?<![\w/.–-]){YEAR}(?=[a-z]?(?:\W|$))(?![–-]\d|\.\d)")
_QUOTED = re.compile(r"\W*[“\"‘]{1,2}(.{3,400}?)[,.?!]?[”\"’]{1,2}(?!\w)")
_STOP = re.compile(
    r"(?:[.?!]['’”\"]?|:\s)\s*(?<=\s)(?=In:?\s|[Aa]r[Xx]iv|[Pp]reprint|[Pp]roceedings)"
    r"|[.?!]['’”\"]?\s+(?=[^\W_a-z]|[(\[“]|$)|[.?!]$"
)
_NO_STOP = re.compile(
    r"\b(?:vs|St|Dr|Mr|Mrs|vol|no|al|e\.g|i\.e|cf|approx|Inc|[A-Z])\.\s*$|^\S+[!?]\s*$"
)
_DATED = re.compile(
    rf"(?:,\s*(?:{_MONTH}\s)?(?:\d{{1,2}},?\s)?{YEAR}[a-z]?\b|\s[(\[]{YEAR}[a-z]?[)\]]).*$",
    re.IGNORECASE,
)


def read_entry(text: str, element: int) -> Reference | None:
    """The fields of the entry ``text``, or None if it has too little of an entry: neither label,
    year nor identifier, nor several authors.

    ``element`` is where it stands.
    """
    label, body = _split_label(composed(" ".join(text.split())))
    known = find_identifiers(_PAGES_BACK.sub("", body))
    plain = _ACCESS.sub("", known.rest).strip()
    year = _year(plain)
    names, rest = _split_names(plain)
    title, after = _split_title(rest)
    if not title.strip(" .,;") and names.names:
        title, names = plain[: names.end].strip(" .,"), Names((), 0)
    known_by = year or known.arxiv_id or known.doi or known.url
    if not (known_by or label or len(names.names) >= _SEVERAL):
        return None
    return Reference(
        element,
        label,
        names.names,
        title,
        year or (year_of_id(known.arxiv_id) if known.arxiv_id else None),
        read_venue(after),
        known.arxiv_id,
        known.doi,
        known.url,
    )


def label_of(text: str) -> str:
    """The label that an entry begins with, without brackets; empty if it has none."""
    return _split_label(text)[0]


def _split_label(text: str) -> tuple[str, str]:
    text = _ITEM.sub("", text)
    match = _LABEL.match(text)
    if match is None:
        return "", text
    return (match[1] or match[2] or match[3]).strip(), text[match.end() :]


def _year(text: str) -> int | None:
    """The year after the names, if one stands there, else the last."""
    names = read_names(text)
    if names.end and (first := _YEAR_FIRST.match(text, names.end)):
        return int(first[1])
    found = _ANY_YEAR.findall(text)
    return int(found[-1]) if found else None


def _split_names(text: str) -> tuple[Names, str]:
    """The authors, and what follows them and the year beside them."""
    names = read_names(text)
    if not names.end and (loose := _LOOSE_HEAD.match(text)) and _is_named(loose[1]):
        names = Names(tuple(filter(None, _PARTED.split(loose[1].strip()))), loose.end(1))
    rest = text[names.end :]
    dated = _YEAR_FIRST.match(rest)
    return names, (rest[dated.end() :] if dated else rest).lstrip(" .,:;")


def _is_named(head: str) -> bool:
    """Whether words before a year are those of a name: in capitals for the most part."""
    words = re.findall(r"[^\W\d_]+", head)
    return bool(words) and sum(w[0].isupper() for w in words) >= 0.7 * len(words)


def _split_title(text: str) -> tuple[str, str]:
    if quoted := _QUOTED.match(text):
        return quoted[1].strip(" ,."), text[quoted.end() :]
    for stop in _STOP.finditer(text):
        if not _NO_STOP.search(text[: stop.end()]) or text.startswith("In ", stop.end()):
            title, after = text[: stop.start()] + stop[0].strip(" .:"), text[stop.end() :]
            break
    else:
        title, after = text, ""
    dated = _DATED.search(title)
    if dated and dated.start() > 3:
        title, after = title[: dated.start()], f"{title[dated.start() :]} {after}"
    return " ".join(title.split()).strip(" .,;"), after

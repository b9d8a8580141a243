"""Where a paper was published, by the small print of its first page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_UNPUBLISHED = re.compile(r"under (?:double[- ]blind )?review|submitted to|do not distribute", re.I)
_ACCEPTED = re.compile(
    r"\b(?:(?:published|presented|to ap+ear|appear(?:s|ed|ing)|forthcoming)\b[\w \-]{0,60}?"
    r"\b(?:at|in)|accepted\b[\w \-]{0,60}?\b(?:at|in|by|to|for))\s+(?=(?:the\s+)?(?-i:[A-Z\d]))",
    re.I,
)
# Who speaks of acceptance speaks of this paper at once, or says so.
_OWN = re.compile(
    r"^.{0,25}$|\b(?:paper|work|article|preprint|manuscript|version|abstract)\b", re.I
)
_NUMBERED = re.compile(r"\d{1,2}(?:[A-Z(\[]|https?:)")
_INTRODUCES = re.compile(r"^.{0,12}$|\bIn:?\s$|[Ee]ds?\.\)\s?[:,]\s*$|Proceedings")
_EVENT = re.compile(
    r"(?<![\w-])(?:Proceedings of (?:the )?)?"
    r"(?:\d+(?:st|nd|rd|th)\s|[A-Z][\w’'&/-]*\s|(?:(?:19|20)|[’']?)\d\d\s|of\s|on\s|the\s|and\s)*"
    r"(?:Conference|Workshop|Symposium|Meeting)\s+(?:on|of|for)\s+(?=[A-Z]|the\s)"
)
_PROCEEDINGS = re.compile(r"\b(?:Proceedings of (?:the )?|Proc\.\s(?:of (?:the )?)?)(?=[A-Z\d])")
_JOURNAL = re.compile(
    r"^(?:In\s)?(?P<name>(?:(?:Journal|Transactions|Annals|Advances|Foundations)\s|[A-Z][\w&-]+\s)"
    r"(?:(?:[A-Z][\w&-]*|of|and|on|in|for|the|&)\s)*(?:[A-Z][\w&-]*)?),?\s*"
    r"(?:(?:[Vv]ol(?:ume|\.)?\s*)?\d{1,4}\s*(?:\(|:\s?\d|,\s*(?:[Nn]o|pp|pages)\b)|\(\d\d?/\d{4}\))"
)
_VOLUME = re.compile(r"\([Ee]ds?\.\)\s?[:,]\s*(?P<name>[A-Z][^,.]+)[,.]")
_OPEN_ACCESS = re.compile(r"\bThis (?P<name>[A-Z]{3,6}) (?:workshop )?paper is the Open Access")
_SHORT = re.compile(
    r"^(?:In\s)?(?P<name>(?:[A-Z][A-Za-z-]*[A-Z][A-Za-z]*|I(?i:nterspeech))\s?"
    r"(?:[’']\d\d|(?:19|20)\d\d))\b"
)

_TOKEN = re.compile(r"\s*(\([^()]{2,40}\)|[^\s,;()]+)([,;]?)")
_NO_VENUE = re.compile(
    r"(?:fig(?:ure)?|tab(?:le)?|sec(?:tion)?|appendix|eq(?:uation)?|algorithm|arxiv|github|zenodo|"
    r"hugging|http|this|our|january|february|march|april|may|june|july|august|september|october|"
    r"november|december)\b",
    re.IGNORECASE,
)
_LINKS = frozenset("of on for and in the & to with".split())
_SERIES = "Proceedings of Machine Learning Research"
_LONGEST = 25  # words


def venue_of(notices: Iterable[str]) -> str:
    """The venue in words of the paper: "ICLR 2015", "Neural Computation"; empty if none is told.

    What a paper says of its own acceptance counts most, then conferences, then journals and
    volumes; a paper under review has no venue yet.
    """
    told = [notice for notice in notices if not _UNPUBLISHED.search(notice)]
    # A note that is called by its number speaks of what the text does: of others.
    plain = [notice for notice in told if not _NUMBERED.match(notice)]
    for read in (_accepted, _open_access, _event, _proceedings, _volume, _journal, _short):
        found = [name for notice in plain if (name := read(notice))]
        # The series that conferences appear in says less than their names.
        if best := next((name for name in found if _SERIES not in name), ""):
            return best
    return next((name for notice in plain if (name := _proceedings(notice))), "")


def _accepted(notice: str) -> str:
    found = (m for m in _ACCEPTED.finditer(notice) if _OWN.search(notice[: m.start()]))
    return next((name for m in found if (name := _name(notice[m.end() :]))), "")


def _open_access(notice: str) -> str:
    return match["name"] if (match := _OPEN_ACCESS.search(notice)) else ""


def _event(notice: str) -> str:
    found = (m for m in _EVENT.finditer(notice) if _INTRODUCES.search(notice[: m.start()]))
    return next((name for m in found if (name := _name(notice[m.start() :]))), "")


def _proceedings(notice: str) -> str:
    if match := _PROCEEDINGS.search(notice):
        rest = _name(notice[match.end() :])
        return (match[0] if match[0].startswith("Proceedings") else "") + rest if rest else ""
    return ""


def _volume(notice: str) -> str:
    return match["name"].strip() if (match := _VOLUME.search(notice)) else ""


def _journal(notice: str) -> str:
    return match["name"].strip() if (match := _JOURNAL.search(notice)) else ""


def _short(notice: str) -> str:
    return match["name"] if (match := _SHORT.search(notice)) else ""


def _name(text: str) -> str:
    """The name that ``text`` begins with: words in capitals, figures, an acronym in brackets and
    a year behind it.
    """
    words = list(_words(text))
    while words and words[-1].lower() in _LINKS:
        words.pop()
    name = re.sub(r"^(?:in |the |(?:19|20)\d\d (?=\d))+", "", " ".join(words), flags=re.I)
    told = any(c.isupper() for c in name) and len(name) > 2
    return name if told and not _NO_VENUE.match(name) else ""


def _words(text: str) -> Iterator[str]:
    at = 0
    for _ in range(_LONGEST):
        match = _TOKEN.match(text, at)
        if match is None:
            return
        word, comma = match[1], match[2]
        bracket = word.startswith("(")
        if not (bracket or word[0].isupper() or word[0].isdigit() or word.lower() in _LINKS):
            return
        if re.fullmatch(r"(?i)vol(?:ume|\.)?|pages?|pp\.?", word):
            return
        ends = word.endswith(".") and len(word) > 4
        yield word.rstrip(".:") if ends else word
        at = match.end()
        if bracket or comma or ends:
            # "(AISTATS) 2023", "(CoLLAs), 2023": the year still belongs to it.
            if bracket and (year := re.match(r",?\s*((?:19|20)\d\d)\b", text[match.end(1) :])):
                yield year[1]
            return

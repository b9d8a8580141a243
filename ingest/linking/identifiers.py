"""arXiv ids, DOIs and URLs in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEW = r"\d{4}\.\s?\d{4,5}"
_OLD = r"[a-z][a-z-]{1,10}(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv:?\s*(?:(?:e-?prints?|preprint)\W{{0,3}})?(?:arxiv)?:?\s*"
    rf"|\babs/)({_NEW}|{_OLD})(?!\d)",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>“”]+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>“”]+", re.IGNORECASE)
_GOES_ON = re.compile(r"\s(?=[a-z0-9])([^\s<>“”,]+)")
_OPEN_ENDS = tuple("-_/=?&%~#")  # a line was broken here: an address ends otherwise
_AFTER_DOT = re.compile(r"\s(\d[\d.]*(?=\W*$)|(?:org|com|edu|net|io|gov|html?|pdf)\b[^\s<>“”,]*)")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What names a work to a machine, as printed, and the ``rest`` of the text without URL and
    DOI. Unknown ones are empty; of several the first counts.
    """

    arxiv_id: str
    doi: str
    url: str
    rest: str


def find_identifiers(text: str) -> Identifiers:
    """The identifiers in ``text``, put together where a line's end has broken them."""
    arxiv = _ARXIV.search(text)
    url, rest = _take(_URL, text)
    doi, rest = _take(_DOI, rest)
    if not doi and (inside := _DOI.search(url)):
        doi = inside[0]
    number = re.sub(r"\s", "", arxiv[1]) if arxiv else ""
    return Identifiers(number, doi, url, rest)


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The first match, whole, and the text without any."""
    found = ""
    while match := pattern.search(text):
        whole, end = _whole(match[0], text, match.end())
        trimmed = _trimmed(whole)
        found = found or trimmed
        text = f"{text[: match.start()]} {whole[len(trimmed) :]}{text[end:]}"
    return found, text


def _whole(start: str, text: str, end: int) -> tuple[str, int]:
    while start.endswith(_OPEN_ENDS) and (more := _GOES_ON.match(text, end)):
        start, end = start + more[1], more.end()
    if start.endswith(".") and (more := _AFTER_DOT.match(text, end)):
        start, end = start + more[1], more.end()
    return start, end


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it."""
    while address and (address[-1] in ".,;:'’\"" or _unbalanced(address)):
        address = address[:-1]
    return address


def _unbalanced(address: str) -> bool:
    pair = {")": "(", "]": "[", "}": "{"}.get(address[-1])
    return pair is not None and address.count(pair) < address.count(address[-1])

"""The names of a paper's authors, from the lines between its title and its abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.layout import TextLine

_PLACE = re.compile(
    r"universi|institut|department|dept\b|\blabs?\b|laborator|research|college|school|cent(?:er|re)\b|"
    r"faculty|academy|technolog|\binc\b|\bcorp|\bltd\b|\bgmbh\b|google|facebook|microsoft|amazon|"
    r"openai|deepmind|\bibm\b|nvidia|baidu|tencent|alibaba|huawei|adobe|salesforce|\bai\b|company|"
    r"street|avenue|road\b|editors?:|science|engineering|equal contribution|hospital|ministry|"
    r"china|japan|germany|france|\busa\b|\buk\b|canada|india|italy|spain|korea|singapore|israel|"
    r"netherlands|switzerland|australia|sweden|austria|belgium|denmark|finland|ireland|brazil|"
    r"informati[ck]|mathemati|linguistics|polytechni|école|ecole|hochschule|project|group|team|"
    r"foundation|brain\b|abstract|correspondence|author|preprint|report|key\s?word|\bllp\b|"
    r"workshop|proceedings|conference|published",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|https?:|www\.|\{|\}|\.(?:com|edu|org|net|ac|de|cn|uk)\b|\d{3,}")
# "Corso Elvezia 36", "80290 München", "12 Main St": a number parted by a space from words, and
# no other mark of an affiliation.
_ADDRESS = re.compile(
    r"^[^\W\d][^\d,∗*†‡]*[^\W\d] \d{2,4}[a-z]?(?:,|$)|^(?:[A-Z]{1,2}-)?\d{4,6}\b|^\d{2,4} \w+"
    r"|\b(?:str(?:asse|aße)?|via|rue|corso|calle|boulevard|ave|p\.? ?o\.? box)\b\.?",
    re.IGNORECASE,
)
_CLOSE = 1.6  # sizes of type from one line of a block to the next
_MARK = re.compile(
    r"[∗*†‡§¶⋆♠♣♦♥♯#⊙+]+|(?<=\s)[^\x00-\x7fÀ-ž](?=\s|$)|\b\d+(?!\w)|(?<=[^\W\d])\d+|(?<=\d),\s?[a-z]\b|\(.*?\)|[⁰¹²³⁴-⁹]+"
)
_LOOSE_ACCENT = re.compile(r"[´¨ˆ˜ˇ`]")
_BETWEEN = re.compile(r"\s*[,;&·•|/]\s*|\s+and\s+|^\s*and\s+|\s{3,}", re.IGNORECASE)
_PARTICLES = frozenset(
    "de da di du del della der den des van von la le el al bin ben ter ten dos".split()
)
_TOKEN = re.compile(r"(?:[A-ZÀ-ÞĀ-Ž][\w'’.–-]*|[A-Z]\.)$")
_NAME_TOKENS = range(2, 6)


def authors_of(lines: Sequence[TextLine], own: str) -> tuple[str, ...]:
    """Names in order, once each; ``own`` is the file's own list, taken where the page shows it.

    Where some names are bold, the lines that are not hold places.
    """
    listed = [name for part in re.split(r"[,;]|\band\b|&", own) if (name := _clean(part))]
    page = " ".join(line.text for line in lines).lower()
    shown = all(name.split()[-1].lower() in page and _is_name(name) for name in listed)
    if listed and shown:
        return tuple(dict.fromkeys(listed))
    lines = _without_addresses(lines)
    bold = [name for line in lines if line.bold for name in _names(line.text)]
    found = bold or [name for line in lines for name in _names(line.text)]
    return tuple(dict.fromkeys(found))


def _without_addresses(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines without streets and towns: those that share their column with a postal code or
    a street's number, and stand below another line of it.
    """
    return [
        line
        for at, line in enumerate(lines)
        if not (_ADDRESS.search(line.text) and any(_over(above, line) for above in lines[:at]))
    ]


def _over(above: TextLine, line: TextLine) -> bool:
    """Whether the line follows closely below another of its block, centred or set flush."""
    a, b = above.box, line.box
    near = a.page == b.page and 0 < b.y0 - a.y0 < _CLOSE * line.size
    return near and min(a.x1, b.x1) > max(a.x0, b.x0)


def _names(line: str) -> Iterator[str]:
    if _CONTACT.search(line) or _PLACE.search(line):
        return
    for part in _BETWEEN.split(_MARK.sub(",", line)):
        name = _clean(part)
        words = name.split()
        if len(words) > 5 and len(words) % 2 == 0:  # names side by side, nothing between them
            pairs = [f"{a} {b}" for a, b in zip(words[::2], words[1::2], strict=True)]
        else:
            pairs = [name]
        yield from (pair for pair in pairs if _is_name(pair))


def _clean(part: str) -> str:
    name = (
        " ".join(_MARK.sub(" ", _LOOSE_ACCENT.sub("", part)).split())
        .strip(" .,:-")
        .replace("- ", "-")
    )
    words = name.split()
    while words and words[0][0].islower() and words[0].lower() not in _PARTICLES:
        words = words[1:]
    if name.isupper():
        words = [w if len(w.strip(".")) == 1 else w.title() for w in words]
    return " ".join(words)


def _is_name(name: str) -> bool:
    words = name.split()
    fit = all(_TOKEN.match(word) or word.lower() in _PARTICLES for word in words)
    return len(words) in _NAME_TOKENS and fit and any(len(word) > 2 for word in words)

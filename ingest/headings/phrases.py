"""What the words of a line say for and against its being a heading."""

from __future__ import annotations

import re

from ingest.numbering import read_number

LONGEST = 160  # characters of a heading at most
_MOST_WORDS = 25
_KNOWN = re.compile(
    r"(?:abstract|(?:general |extended )?introduction|related works?|background|"
    r"preliminar(?:y|ies)|"
    r"methods?|methodology|materials and methods|approach|models?|data|datasets?|"
    r"experiments?|experimental (?:set-?up|settings?|results|evaluation)|evaluation|results|"
    r"results and (?:discussion|analysis)|discussions?|analysis|limitations|"
    r"(?:discussions? and )?conclusions?|conclusions? and (?:future|further) works?|"
    r"conclusions? & future works?|concluding remarks|future works?|summary|"
    r"acknowledge?ments?|references?|bibliography|"
    r"appendix|appendices|supplementa(?:ry|l) materials?|"
    r"(?:broader )?impact statement|ethics statement|reproducibility statement|"
    r"author contributions|funding)",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:fig(?:ure|\.)|table|tab\.|algorithm|listing|plate)\s*[A-Z]?[\d.]+", re.I)
_NUMBERED = re.compile(
    r"\d|[A-Z]{1,4}[.:\s]|[A-Z]\.\d|(?i:section|chapter|append|annex|supplement)"
)
_STATEMENT = re.compile(
    r"(?:theorem|lemma|proposition|corollary|definition|proof|remark|claim|assumption|example|"
    r"conjecture|observation|fact|hypothesis)\b(?:\s*[A-Z]?\d[\d.]*)?\s*(?:[.:(]|$)",
    re.I,
)
_LABEL = re.compile(
    r"(?:key\s?words|index terms|ccs concepts|general terms|categories and subject)", re.I
)
_NOISE = re.compile(r"[=<>≤≥∑∫√∈{}|\\@]|https?:|www\.|\bdoi\b|^\W*$", re.I)
_BULLET = re.compile(r"\s*[•▪◦‣∗*·–—-]\s")


def is_known(title: str) -> bool:
    """Whether the title is one that papers usually have."""
    return _KNOWN.fullmatch(title.strip(" .:")) is not None


def may_be_numbered(text: str) -> bool:
    """Whether a section number may open the text; cheaper than reading it."""
    return _NUMBERED.match(text) is not None


def is_wordy(text: str) -> bool:
    """Whether the text is mostly words, and no caption, list item or formula."""
    letters = sum(map(str.isalpha, text))
    return (
        letters > 2
        and len(text) <= LONGEST
        and not _CAPTION.match(text)
        and not _BULLET.match(text)
        and not _NOISE.search(text)
        and letters >= 0.5 * len(text.replace(" ", ""))
    )


def is_titular(title: str, *, numbered: bool) -> bool:
    """Whether it reads like a title: opens with a capital, a digit or a quote, ends openly.

    After a number, a name such as "i2b2" may open it too.
    """
    opens = title[0].isupper() or title[0].isdigit() or title[0] in "“\"'‘(¿"
    mixed = any(c.isupper() or (numbered and c.isdigit()) for c in title.split()[0])
    return (
        (opens or mixed)
        and not _STATEMENT.match(title)
        and not _LABEL.match(title)
        and title[-1] not in ",;"
        and len(title.split()) <= _MOST_WORDS
    )


def opens_heading(text: str) -> bool:
    """Whether a line opens a heading of its own."""
    read = read_number(text.strip())
    numbered = read is not None and (read[0].marked or read[0].depth > 1) and bool(read[1])
    return numbered or (text[:1].isupper() and is_known(text))

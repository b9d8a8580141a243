"""Which HTML an answer, or a paper's table, may consist of; all else is taken out. The only module
that knows nh3.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nh3 import Cleaner

TEXT_TAGS = frozenset(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li mark ol p pre s strong table tbody td th "
    "thead tr ul".split()
)
MATH_TAGS = frozenset(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
"""Presentation MathML. None that holds HTML (``annotation-xml``), acts or links."""

# No height, depth or offset: what takes no room, or is elsewhere, can be laid over the page.
_MATH_ATTRIBUTES = frozenset(
    "accent accentunder columnalign columnlines columnspacing display displaystyle fence "
    "form largeop linethickness lspace mathvariant maxsize minsize movablelimits notation "
    "rowlines rowspacing rspace scriptlevel separator stretchy symmetric width".split()
)
ATTRIBUTES = {
    "a": frozenset({"data-marker", "href"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    **dict.fromkeys(MATH_TAGS, _MATH_ATTRIBUTES),
}
CLASSES = {"a": frozenset({"citation"}), "tr": frozenset({"cited"})}

_CITATION = re.compile(r"#citation-\d{1,3}")
_SPAN = re.compile(r"[1-9]\d{0,2}")
_VALUES = {
    "colspan": _SPAN,
    "data-marker": re.compile(r"\[\d{1,3}\]"),
    "rowspan": _SPAN,
    "scope": re.compile("col|row"),
    "start": re.compile(r"\d{1,9}"),
}
_MATH_WORD = re.compile(r"[a-z-]{1,40}")
_LENGTH = re.compile(r"([+-]?)([0-9]{0,2}(?:\.[0-9]{1,5})?)(e[mx]|p[tx]|%)?")
_LEVEL = re.compile(r"[0-3]")

_MOST_BACK = {"px": 32, "pt": 24, "ex": 4}
"""So much of a length may be negative, for the same reason; else 2 (em)."""


def sanitised(html: str) -> str:
    """``html`` without any element, attribute or URL that is not listed here."""
    return _cleaner().clean(html)


@cache
def _cleaner() -> Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=TEXT_TAGS | MATH_TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_kept,
        url_schemes=set(),
        url_relative=_within_answer,
        link_rel=None,  # citations stay on the page
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if tag in MATH_TAGS:
        fits = _LEVEL.fullmatch if name == "scriptlevel" else _is_harmless
        return value if all(map(fits, value.split())) else None
    pattern = _VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


def _is_harmless(word: str) -> bool:
    """Whether it is a name or a short length, and hardly negative."""
    if length := _LENGTH.fullmatch(word):
        sign, size, unit = length.groups()
        return sign != "-" or float(size or 0) <= _MOST_BACK.get(unit, 2)
    return bool(_MATH_WORD.fullmatch(word))


def _within_answer(url: str) -> str | None:
    return url if _CITATION.fullmatch(url) else None

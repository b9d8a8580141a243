"""Fonts and characters: what a name, a size or an odd code says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BOLD = re.compile(r"bold|medi\b|demi|black|heavy|-bd\b|\bcmb|\bcmssbx|\bsfbx|\bptmb|\bphvb", re.I)
_ITALIC = re.compile(r"ital|obli|\bcmti|\bcmmi|\bsfti|slant|\bcmsl", re.I)
_SMALL_CAPS = re.compile(r"csc\d|smallcap|\bsfcc|caps|-sc\b", re.I)
_BOLD_FLAG, _ITALIC_FLAG = 16, 2

# Codes of TeX's own text encoding (OT1), which old fonts carry without saying so.
_TEX = {"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl", "\x7f": "¨"}
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPACES = dict.fromkeys("\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " ")
_DROPPED = dict.fromkeys("\u200b\u200c\u2060\ufeff", "")
_MAP = str.maketrans(_TEX | _LIGATURES | _SPACES | _DROPPED)

# A spacing accent that TeX sets before or over its letter.
_ACCENTS = {
    "´": "\u0301",
    "`": "\u0300",
    "¨": "\u0308",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "ˇ": "\u030c",
}
_ACCENTED = re.compile(r"([´`¨ˆ˜ˇ]) ?([A-Za-zıȷ])")

_NARROW, _WIDE = frozenset("ijl.,;:'|!tfrI()[]- "), frozenset("mwMW@%—")


def is_bold(font: str, flags: int) -> bool:
    """Whether the font is a bold one, by its flag or its name."""
    return bool(flags & _BOLD_FLAG) or bool(_BOLD.search(font))


def is_italic(font: str, flags: int) -> bool:
    """Whether the font is slanted, by its flag or its name."""
    return bool(flags & _ITALIC_FLAG) or bool(_ITALIC.search(font))


def readable(text: str) -> str:
    """The text with ligatures resolved, spaces plain and TeX's loose accents put on letters."""
    if text.isascii() and text.isprintable():
        return text
    return _ACCENTED.sub(_combine, text.translate(_MAP))


def _combine(match: re.Match[str]) -> str:
    letter = {"ı": "i", "ȷ": "j"}.get(match[2], match[2])
    joined = unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])
    return joined if len(joined) == 1 else match[0]


def small_caps(spans: Sequence[tuple[str, float, str]]) -> bool:
    """Whether spans ``(text, size, font)`` are set in capitals of two sizes, or in such a font."""
    if any(_SMALL_CAPS.search(font) for _, _, font in spans):
        return True
    letters = [(text, size) for text, size, _ in spans if any(c.isalpha() for c in text)]
    if len(letters) < 2 or not all(text.isupper() for text, _ in letters):
        return False
    sizes = [size for _, size in letters]
    return 0.65 < min(sizes) / max(sizes) < 0.92


def nominal_size(text: str, width: float, size: float) -> float:
    """The type size in points; guessed from the letters' widths where the font tells nonsense.

    Bitmap (Type 3) fonts give the size of their own unit, such as 0.1.
    """
    if size >= 2 or not text.strip():
        return size
    ems = sum(_ems(character) for character in text)
    return max(width / ems, 4.0)


def _ems(character: str) -> float:
    if character in _NARROW:
        return 0.3
    if character in _WIDE:
        return 0.85
    return 0.7 if character.isupper() else 0.48

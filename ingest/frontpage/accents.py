"""Accents that a PDF has as characters of their own, put back on their letters."""

from __future__ import annotations

import re
import unicodedata

# TeX sets the accent before its letter; the cedilla and the ogonek after it.
_BEFORE = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c",
}  # fmt: skip
_AFTER = {"¸": "\u0327", "˛": "\u0328"}
_LEADING = re.compile(rf"([{''.join(_BEFORE)}])( ?)([^\W\d_])")
_TRAILING = re.compile(rf"([^\W\d_]) ?([{''.join(_AFTER)}])")
_LOOSE = re.compile(rf"[{''.join((*_BEFORE, *_AFTER))}]")
_DOTLESS = {"ı": "i", "ȷ": "j"}


def composed(text: str) -> str:
    """``text`` with its loose accents on the letters that they belong to; others are dropped."""
    text = _LEADING.sub(
        lambda match: _letter(match[3], _BEFORE[match[1]]) or match[2] + match[3], text
    )
    text = _TRAILING.sub(lambda match: _letter(match[1], _AFTER[match[2]]) or match[1], text)
    return _LOOSE.sub("", text)


def _letter(base: str, accent: str) -> str:
    """The letter with its accent; empty if there is no such letter."""
    whole = unicodedata.normalize("NFC", _DOTLESS.get(base, base) + accent)
    return whole if len(whole) == 1 else ""

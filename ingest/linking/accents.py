"""Accents that a PDF sets beside their letters, put on them: "O˘guz" -> "Oğuz"."""

from __future__ import annotations

import re
import unicodedata

_BEFORE = {"˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "˚": "\u030a", "˛": "\u0328", "`": "\u0300"}
_BEFORE |= {"´": "\u0301", "¨": "\u0308", "ˇ": "\u030c", "˜": "\u0303"}
_FIRST = re.compile(r"([˘˙˝˚˛`´¨ˇ˜])\s?([A-Za-zı])")
_CEDILLA = re.compile(r"([A-Za-z])¸\s?")
_POLISH = re.compile(r"([Łł])\s(?=[a-z])")


def composed(text: str) -> str:
    """``text`` with its loose accents on the letters that they stand before, cedillas on those
    that they stand after; what makes no letter stays.
    """
    if text.isascii() and "`" not in text:
        return text
    text = _CEDILLA.sub(lambda m: _letter(m[1], "\u0327", m[0]), text)
    text = _FIRST.sub(lambda m: _letter(m[2].replace("ı", "i"), _BEFORE[m[1]], m[0]), text)
    return _POLISH.sub(r"\1", text)


def _letter(base: str, accent: str, otherwise: str) -> str:
    made = unicodedata.normalize("NFC", base + accent)
    return made if len(made) == 1 else otherwise

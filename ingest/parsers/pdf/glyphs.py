"""Fonts and characters: what a name, a size or an odd code says."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_BOLD = re.compile(r"bold|medi\b|demi|black|heavy|-bd\b|\bcmb|\bcmssbx|\bsfbx|\bptmb|\bphvb", re.I)
_ITALIC = re.compile(r"ital|obli|\bcmti|\bcmmi|\bsfti|slant|\bcmsl", re.I)
_SMALL_CAPS = re.compile(r"csc\d|smallcap|\bsfcc|caps|-sc\b", re.I)
_TALL = re.compile(r"\bcmex|\beuex|\w+ex10\b|mathex", re.I)
_BOLD_FLAG, _ITALIC_FLAG = 16, 2

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPACES = dict.fromkeys("\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " ")
_DROPPED = dict.fromkeys("\u200b\u200c\u2060\ufeff", "")
# Codes of TeX's text encoding (OT1), which old fonts carry without saying so.
_TEX = {"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl", "\x7f": "¨"}
_PLAIN = str.maketrans(_LIGATURES | _SPACES | _DROPPED | _TEX)

# By itself, the code of "ffl" is the bullet of TeX's font of symbols.
_TEX_BULLET = "\x0f"
# A bitmap font gives a digit by its value, and dashes and quotes where TeX keeps them.
_QUOTES = {"\\": "“", '"': "”", "{": "–", "|": "—"}
_DIGITS = {chr(digit): str(digit) for digit in range(1, 10)}
_BITMAP = str.maketrans(_TEX | _QUOTES | _DIGITS | {"\x00": "−"})
# TeX's font of large symbols (CMEX) keeps them at the places of letters, control codes and
# ligatures, and the pieces of tall brackets at the places of digits.
_TALL_PLACES = {
    "(": "\x00\x10\x12", ")": "\x01\x11\x13!", "[": "\x02\x14\x22h", "]": "\x03\x15#i",
    "{": "\x08\x1a(n", "}": "\x09\x1b)o", "⟨": "\x0aD", "⟩": "\x0bE", "|": "\x0cﬁ", "‖": "\x0dﬂ",
    "⌊": "\x04j", "⌋": "\x05k", "⌈": "\x06l", "⌉": "\x07m",
    "∑": "PX", "∏": "QY", "∫": "RZ", "⋃": "S[", "⋂": "T\\", "√": "pqrs", "ˆ": "bcd", "˜": "efg",
    "⊙": "JK", "⊕": "LM", "⊗": "NO", "": "0123456789:;<=>?@ABC",
}  # fmt: skip
_TALL_CODES = str.maketrans(
    {code: symbol for symbol, codes in _TALL_PLACES.items() for code in codes}
)
_NO_SCRIPT = frozenset(("Cc", "Co", "Cn", "Cs"))  # Unicode categories

# A spacing accent that TeX sets before or over its letter.
_ACCENTS = {"´": "\u0301", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c"}
_ACCENTED = re.compile(r"([´¨ˆ˜ˇ]) ?([A-Za-zıȷ])")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in one font."""

    text: str
    font: str
    size: float
    flags: int


@functools.lru_cache(maxsize=4096)
def is_bold(font: str, flags: int) -> bool:
    """Whether the font is a bold one, by its flag or its name."""
    return bool(flags & _BOLD_FLAG) or bool(_BOLD.search(font))


@functools.lru_cache(maxsize=4096)
def is_italic(font: str, flags: int) -> bool:
    """Whether the font is slanted, by its flag or its name."""
    return bool(flags & _ITALIC_FLAG) or bool(_ITALIC.search(font))


@functools.lru_cache(maxsize=4096)
def is_tall(font: str) -> bool:
    """Whether the font is TeX's one of large symbols."""
    return bool(_TALL.search(font))


def lead_length(spans: Sequence[Span], is_face: Callable[[str, int], bool]) -> int:
    """How many leading characters, blanks at either end left out, are set in such a face."""
    lead = ""
    for span in spans:
        if span.text.strip() and not is_face(span.font, span.flags):
            break
        lead += span.text
    return len(readable(lead).strip())


def printed(spans: Sequence[Span]) -> str:
    """The spans' text as a reader sees it."""
    return readable("".join(_decoded(span) for span in spans))


def unreadable(text: str) -> int:
    """How many control, private-use, unassigned and replacement characters there are."""
    if text.isprintable() and "\ufffd" not in text:
        return 0
    return sum(c == "\ufffd" or unicodedata.category(c) in _NO_SCRIPT for c in text)


def cleaned(text: str) -> str:
    """The text without control and other unreadable characters, and with single spaces."""
    if not text.isprintable() or "\ufffd" in text:
        text = "".join(" " if unreadable(c) else c for c in text)
    return " ".join(text.split())


def _decoded(span: Span) -> str:
    if "wingdings" in span.font.lower():
        return "•" * len(span.text)
    if span.font.startswith("Type3"):
        if span.text.strip(" ") == _TEX_BULLET:
            return "•"
        return span.text.translate(_BITMAP)
    return span.text.translate(_TALL_CODES) if is_tall(span.font) else span.text


def readable(text: str) -> str:
    """The text with ligatures resolved, spaces plain and TeX's loose accents put on letters."""
    if text.isascii() and text.isprintable():
        return text
    return _ACCENTED.sub(_combine, text.translate(_PLAIN))


def _combine(match: re.Match[str]) -> str:
    letter = {"ı": "i", "ȷ": "j"}.get(match[2], match[2])
    joined = unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])
    return joined if len(joined) == 1 else match[0]


@functools.lru_cache(maxsize=4096)
def _is_small_caps(font: str) -> bool:
    return bool(_SMALL_CAPS.search(font))


def small_caps(spans: Sequence[Span]) -> bool:
    """Whether the spans are set in capitals of two sizes, or in a font of small capitals."""
    if any(_is_small_caps(span.font) for span in spans):
        return True
    letters = [span for span in spans if any(c.isalpha() for c in span.text)]
    if len(letters) < 2 or not all(span.text.isupper() for span in letters):
        return False
    sizes = [span.size for span in letters]
    return 0.65 < min(sizes) / max(sizes) < 0.92

"""Typographic ligatures, as PDFs carry them, and the letters they stand for."""

from __future__ import annotations

LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}

_TABLE = str.maketrans(LIGATURES)


def expand(text: str) -> str:
    """The text with every ligature written out."""
    return text.translate(_TABLE)

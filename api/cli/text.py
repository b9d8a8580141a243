"""What a terminal may be sent."""

from __future__ import annotations

import re
import unicodedata

WIDTH = 100
"""Text is set no wider (in characters), however wide the terminal: lines stay readable."""

NARROW = 70
"""On a terminal with fewer columns than this, tables are set as paragraphs."""

_HIDDEN = {"Cc", "Cf", "Co", "Cs"}


def clean(text: str) -> str:
    """``text`` as one run of printable characters.

    A paper's words (and a model's) may hold escape sequences or direction marks that would
    change what the terminal shows.
    """
    return re.sub(r"\s+", " ", printable(text)).strip()


def printable(text: str) -> str:
    """``text`` without control and formatting characters; line breaks and spacing stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)

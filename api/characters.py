"""Which characters of what others wrote may be passed on."""

from __future__ import annotations

import unicodedata

_HIDDEN = {"Cc", "Cf", "Co", "Cs"}
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """``text`` without characters that have no shape but change what is shown: control
    characters, direction marks, tags. Scripts that need joiners keep them.
    """
    return "".join(
        c for c in text if c in "\n\t" or c in _JOINERS or unicodedata.category(c) not in _HIDDEN
    )


def one_line(text: str) -> str:
    """``text`` as one run of visible characters."""
    return " ".join(visible(text).split())

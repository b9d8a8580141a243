"""How calls of footnotes are marked in texts until these are laid out."""

from __future__ import annotations

import re

CALL = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")


def called(number: int) -> str:
    """The mark of a call."""
    return f"\ue000{number}\ue001"


def unmarked(text: str) -> str:
    """A text of the document's, which may hold no marks of its own."""
    return _PRIVATE.sub("", text)

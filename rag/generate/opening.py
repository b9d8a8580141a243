"""The beginning of an answer: thoughts to leave out, and the word that there is none."""

from __future__ import annotations

import re

from rag.thoughts import THINK, without_thoughts

_NOT_FOUND = "NOT FOUND"
_DECORATION = " \t\r\n*_\"'`#"
_SAYS_NOT_FOUND = re.compile(r"^[\s*_\"'`#]*NOT FOUND\b", re.IGNORECASE)
_BY_ITSELF = re.compile(
    r"[\s*_\"'`#]*NOT FOUND(?:[*_\"'`]*\s*[.:;!–—-]+[*_\"'`]*|[*_\"'` \t]*(?:\n|\Z))", re.IGNORECASE
)


def says_not_found(text: str) -> bool:
    """Whether the answer opens with NOT FOUND; a cited one may go on with what was found."""
    return _SAYS_NOT_FOUND.match(text) is not None


def after_not_found(text: str) -> str | None:
    """What follows a NOT FOUND that stands by itself; None where the text opens otherwise."""
    match = _BY_ITSELF.match(text)
    return text[match.end() :].strip() if match else None


class Opening:
    """Holds a stream back until it is plain that it opens neither with thoughts nor NOT FOUND."""

    def __init__(self) -> None:
        self._held = ""
        self._open = True

    def feed(self, piece: str) -> str:
        """What may be shown after ``piece`` has come."""
        if not self._open:
            return piece
        self._held += piece
        text = without_thoughts(self._held).lstrip()
        bare = text.lstrip(_DECORATION).upper()
        if THINK.startswith(text[: len(THINK)]) or _NOT_FOUND.startswith(bare[: len(_NOT_FOUND)]):
            return ""
        self._open = False
        return text

    def rest(self) -> str:
        """What was held back when the stream ended, unless it says NOT FOUND.

        What follows that is first to be checked; the draft at the end has it.
        """
        text = without_thoughts(self._held).lstrip() if self._open else ""
        return "" if says_not_found(text) else text

"""Text that arrives in pieces, wrapped at words as it is printed."""

from __future__ import annotations

import re

from api.cli.text import printable


class Typewriter:
    """Takes pieces and gives back what to print now, in lines of at most ``width``.

    A word is held back until it is complete, so that it is never broken at a line's end
    unless it is longer than a line.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.text = ""
        self._held = ""
        self._column = 0

    def feed(self, piece: str) -> str:
        """What to print once ``piece`` has come."""
        self.text += piece
        *complete, self._held = re.split(r"(?<=\s)", self._held + printable(piece))
        return "".join(map(self._place, complete))

    def end(self) -> str:
        """What is still held back, and the end of the line."""
        last, self._held = self._place(self._held), ""
        return f"{last}\n" if self.text.strip() else ""

    def _place(self, word: str) -> str:
        """``word`` with the white space after it, on a new line if this one is too short."""
        shown = word.rstrip()
        wraps = self._column > 0 and self._column + len(shown) > self.width
        self._column = (0 if wraps else self._column) + len(word)
        if "\n" in word:
            self._column = 0
        return f"\n{word}" if wraps else word

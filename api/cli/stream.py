"""Text that arrives in pieces, wrapped at words as it is printed, tables once they are whole."""

from __future__ import annotations

import re

from api.cli.render.markdown import is_row, table_lines
from api.cli.text import printable


class TableSetter:
    """Lets text through, but for rows of tables, which are held until their table is whole."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._held = ""
        self._rows: list[str] = []
        self._begun = False

    def feed(self, piece: str) -> str:
        """What to print once ``piece`` has come."""
        self._held += piece
        shown = ""
        while (end := self._held.find("\n") + 1) > 0:
            shown += self._line(self._held[:end])
            self._held, self._begun = self._held[end:], False
        if self._held and (self._begun or not is_row(self._held)) and self._held.strip():
            shown += self._set() + self._held
            self._held, self._begun = "", True
        return shown

    def end(self) -> str:
        """What is still held back."""
        last, self._held = self._line(self._held) if self._held else "", ""
        return last + self._set()

    def _line(self, line: str) -> str:
        if not self._begun and is_row(line):
            self._rows.append(line.rstrip("\n"))
            return ""
        return self._set() + line

    def _set(self) -> str:
        rows, self._rows = self._rows, []
        return f"{table_lines(rows, self.width)}\n" if rows else ""


class Typewriter:
    """Takes pieces and gives back what to print now, in lines of at most ``width``.

    A word is held back until it is complete, so that it is never broken at a line's end
    unless it is longer than a line. ``text`` is all that came, as it came.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.text = ""
        self._tables = TableSetter(width)
        self._held = ""
        self._column = 0

    def feed(self, piece: str) -> str:
        """What to print once ``piece`` has come."""
        self.text += piece
        return self._typed(self._tables.feed(printable(piece)))

    def end(self) -> str:
        """What is still held back, and the end of the line."""
        shown = self._typed(self._tables.end())
        last, self._held = self._place(self._held), ""
        return f"{shown}{last}\n" if self.text.strip() else ""

    def _typed(self, text: str) -> str:
        *complete, self._held = re.split(r"(?<=\s)", self._held + text)
        return "".join(map(self._place, complete))

    def _place(self, word: str) -> str:
        """``word`` with the white space after it, on a new line if this one is too short."""
        shown = word.rstrip()
        wraps = self._column > 0 and self._column + len(shown) > self.width
        self._column = (0 if wraps else self._column) + len(word)
        if "\n" in word:
            self._column = 0
        return f"\n{word}" if wraps else word

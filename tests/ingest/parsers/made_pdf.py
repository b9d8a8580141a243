"""PDFs made on the fly: text set line by line where a test wants it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pymupdf

LEADING = 12.0
SIZE = 10.0
LEFT, RIGHT = 60.0, 310.0  # the left edges of two columns of 230 points
TOP = 100.0

PROSE = (
    "The encoder reads every sentence of the paper and keeps a state for each of its words. "
    "A second network looks at these states and decides which of them an answer needs. Both "
    "are trained together on questions that people asked about papers they had not read. We "
    "hold out a tenth of the papers and never look at them before the last experiment. The "
    "results do not depend on the seed, as the second table shows, and they hold for papers "
    "of other fields. Longer papers are harder, because more of their sentences are alike. "
)


class MadePdf:
    """A PDF under construction."""

    def __init__(self) -> None:
        self.document = pymupdf.open()
        self.page = self.document.new_page()

    def new_page(self) -> None:
        self.page = self.document.new_page()

    def line(self, x: float, y: float, text: str, size: float = SIZE, font: str = "tiro") -> None:
        self.page.insert_text((x, y), text, fontsize=size, fontname=font)

    def lines(self, x: float, y: float, texts: Sequence[str], size: float = SIZE) -> float:
        """Sets lines below one another; the y of the line after the last."""
        for text in texts:
            self.line(x, y, text, size)
            y += LEADING
        return y

    def paragraph(self, x: float, y: float, text: str, width: float, size: float = SIZE) -> float:
        """Breaks the text into lines of the width; the y of the line after the last."""
        return self.lines(x, y, wrapped(text, width, size), size)

    def rule(self, x0: float, x1: float, y: float) -> None:
        self.page.draw_line((x0, y), (x1, y), width=0.6)

    def save(self, path: Path, **how: object) -> Path:
        self.document.save(path, **how)
        self.document.close()
        return path


def wrapped(text: str, width: float, size: float = SIZE) -> list[str]:
    """The text in lines that fit the width."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pymupdf.get_text_length(longer, "tiro", size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines

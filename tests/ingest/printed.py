"""Hand-made pages for tests: lines of type in one column."""

from ingest.layout import TextLine
from rag.types import Box

BODY = 10.0
WIDTH = 240.0


def line(
    text: str, y: float, *, size: float = BODY, page: int = 1, x: float = 72, **face: object
) -> TextLine:
    """A line whose width follows from its text and size."""
    box = Box(page, x, y, min(x + len(text) * size * 0.5, x + WIDTH), y + size)
    font = "Times-Bold" if face.get("bold") else "Times"
    return TextLine(text, box, size, font, **face)  # type: ignore[arg-type]


class Page:
    """Puts one line under another."""

    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.y = 72.0
        self.page = 1
        self.block = 0

    def text(self, *texts: str, indent: float = 0, lead: int = 0, **face: object) -> "Page":
        """A paragraph."""
        self.y += 2
        self.block += 1
        for i, text in enumerate(texts):
            first = {"lead": lead, "x": 72 + indent} if i == 0 else {}
            self._put(text, **{"block": self.block, **face, **first})
        return self

    def heading(self, *texts: str, size: float = 12, bold: bool = True, **face: object) -> "Page":
        """A heading with white space around it."""
        self.y += 10
        self.block += 1
        for text in texts:
            self._put(text, size=size, bold=bold, block=self.block, **face)
        self.y += 4
        return self

    def prose(self, lines: int = 4) -> "Page":
        """A paragraph of full lines."""
        return self.text(
            *["the running text of a paper goes on here and on"] * (lines - 1), "to it."
        )

    def turn(self) -> "Page":
        """A new page."""
        self.page, self.y = self.page + 1, 72.0
        return self

    def _put(self, text: str, **face: object) -> None:
        size = float(face.pop("size", BODY))  # type: ignore[arg-type]
        self.lines.append(line(text, self.y, size=size, page=self.page, **face))  # type: ignore[arg-type]
        self.y += 1.15 * size

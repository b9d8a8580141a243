"""Puts blocks into a document: a paragraph grows until something ends it."""

from __future__ import annotations

import re

from ingest.parsers.latex.document import Block, Document, clean
from ingest.parsers.latex.writing import Writer
from ingest.sections import Title
from rag.types import Kind

_KEYWORDS = re.compile(r"(?:key\s?words?|index terms)\b[^:—.-]{0,20}[:—.-]\s*(.+)", re.IGNORECASE)


class Filling:
    """The paragraph that is being read, and what waits for its end. Sections without a heading
    have the level ``top``. ``label`` is of the paragraph; ``opened`` is whether the abstract has
    ended and no heading has come since.
    """

    def __init__(self, document: Document, top: int, writer: Writer) -> None:
        self.document = document
        self.writer = writer
        self.label = ""
        self.opened = False
        self._top = top
        self._paragraph: list[str] = []
        self._floats: list[Block] = []

    def write(self, text: str) -> None:
        """The paragraph goes on."""
        self._paragraph.append(text)

    def put_after(self, block: Block) -> None:
        """A block that stands after the paragraph, also after one yet to come."""
        self._floats.append(block)

    def put(self, blocks: list[Block]) -> None:
        """Blocks that stand apart: after the paragraph, if there is one."""
        if clean("".join(self._paragraph)):
            self._floats += blocks
        else:
            for block in blocks:
                self._add(block)

    def heading(self, number: str, title: str, level: int) -> None:
        """Begins a section."""
        self.flush()
        self.opened = False
        if not self.document.titles and self.document.blocks:
            self.document.titles.append(Title("", "", self._top))  # what stood before has none
        self.document.titles.append(Title(number, title, level))
        self.writer.section = len(self.document.titles) - 1

    def flush(self) -> None:
        """Ends the paragraph."""
        text = clean("".join(self._paragraph))
        self._paragraph.clear()
        if text.lower().strip(".:—- ") == "abstract":
            self.heading("", "Abstract", self._top)
        elif text:
            if listed := _KEYWORDS.match(text):
                self.document.front.keywords = self.document.front.keywords or listed[1]
            self._add(Block(Kind.PARAGRAPH, self.writer.section, text, self.label))
            self.label = ""
        floats, self._floats = self._floats, []
        for block in floats:
            self._add(block)

    def block(self, kind: Kind, text: str, label: str = "") -> None:
        """A block of its own, where the paragraph before it was ended."""
        if text := clean(text):
            self._add(Block(kind, self.writer.section, text, label))

    def _add(self, block: Block) -> None:
        if not self.document.titles:
            self.document.titles.append(Title("", "", self._top))
        if self.opened:  # text between the abstract and the first heading
            self.heading("", "", self._top)
        block.section = self.writer.section
        self.document.add(block)
        for note in self.writer.notes:
            note.section = block.section
            note.text = clean(note.text)
            self.document.blocks.append(note)
        self.writer.notes.clear()

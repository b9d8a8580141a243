"""Goes through a document: headings by their style, lists, tables, captions, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.parsers.docx.blocks import Block, joined
from ingest.parsers.docx.marks import called, unmarked
from ingest.parsers.docx.opening import footnotes
from ingest.parsers.docx.table import grid_of
from ingest.parsers.docx.unseen import is_unseen
from ingest.parsers.docx.xml import W, children, parts
from ingest.parsers.grid_text import as_text
from rag.types import Kind, Metadata

if TYPE_CHECKING:
    from docx.document import Document

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_CAPTION = re.compile(r"(fig(?:ure|\.)|table|algorithm)\s*(\d+(?:\.\d+)*)\s*[.:–|]", re.IGNORECASE)
_CAPTIONED = {"f": ("Figure", Kind.FIGURE), "t": ("Table", Kind.TABLE),
              "a": ("Algorithm", Kind.ALGORITHM)}  # fmt: skip
_NAMES = re.compile(r"\s*[;,]\s*|\s+and\s+")


class Reading:
    """Goes through a document. ``notes`` are the texts of footnotes in the order in
    which they are called.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._written = footnotes(document)
        self._title = ""
        self.notes: list[str] = []

    def metadata(self, abstract: str) -> Metadata:
        """What the document's properties say, and the paragraph in the style of a title."""
        core = self._document.core_properties
        authors = tuple(name for name in _NAMES.split(core.author or "") if name)
        keywords = tuple(word.strip() for word in re.split(r"[;,]", core.keywords or "") if word)
        title = self._title or (core.title or "").strip()
        made_by_default = authors == ("python-docx",)
        return Metadata(
            title=title,
            authors=() if made_by_default else authors,
            abstract=abstract,
            keywords=tuple(word for word in keywords if word),
        )

    def blocks(self) -> Iterator[Block]:
        """Headings and elements in order; items of a list are one, captions go with their table."""
        return joined(self._single())

    def _single(self) -> Iterator[Block]:
        for child in children(self._document.element.body):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                grid = grid_of(child, self._text)
                if grid.cells:
                    yield Block(Kind.TABLE, as_text(grid), grid=grid)

    def _paragraph(self, node: Any) -> Iterator[Block]:
        text = self._text(node).strip()
        style = self._style(node)
        if not text:
            return
        if style.lower() == "title" and not self._title:
            self._title = " ".join(text.split())
        elif heading := _HEADING.fullmatch(style):
            yield Block(Kind.PARAGRAPH, " ".join(text.split()), level=int(heading[1]))
        elif style.lower().startswith("list") or node.find(f"{W}pPr/{W}numPr") is not None:
            depth = node.find(f"{W}pPr/{W}numPr/{W}ilvl")
            indent = "  " * min(int(depth.get(f"{W}val", "0")) if depth is not None else 0, 8)
            yield Block(Kind.LIST, f"{indent}- {text}")
        elif caption := _CAPTION.match(text):
            name, kind = _CAPTIONED[caption[1][0].lower()]
            yield Block(kind, text, f"{name} {caption[2]}")
        else:
            formula = node.find(".//{*}oMathPara") is not None
            yield Block(Kind.EQUATION if formula else Kind.PARAGRAPH, text)

    def _style(self, node: Any) -> str:
        from docx.text.paragraph import Paragraph

        own = style = Paragraph(node, self._document).style
        seen = set[str]()
        while style is not None and style.style_id not in seen:  # one's own come from Word's
            if _HEADING.fullmatch(style.name or ""):
                return style.name or ""
            seen.add(style.style_id)
            style = style.base_style
        return (own.name or "") if own is not None else ""

    def _text(self, node: Any) -> str:
        pieces: list[str] = []
        for name, part in parts(node, is_unseen):
            if name == "t":
                pieces.append(unmarked(part.text or ""))
            elif name == "tab":
                pieces.append(" ")
            elif name in ("br", "cr"):
                pieces.append("\n")
            elif name == "footnoteReference":
                pieces.append(self._called(part.get(f"{W}id", "")))
        return "".join(pieces)

    def _called(self, note: str) -> str:
        if note not in self._written:
            return ""
        self.notes.append(self._written[note])
        return called(len(self.notes))

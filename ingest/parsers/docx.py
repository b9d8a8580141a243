"""Word documents (.docx), by python-docx: the only module that imports it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.identity import content_hash, paper_id_of
from ingest.numbering import split_numbers
from ingest.parsers.grid_places import laid
from ingest.parsers.grid_text import as_text
from ingest.sections import Title, section_tree
from rag.errors import SourceError
from rag.types import Cell, Element, Grid, Kind, Link, LinkKind, Metadata, Paper, Role, Span

if TYPE_CHECKING:
    from docx.document import Document

MAX_UNPACKED_BYTES = 256 << 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AROUND = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins"))
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_CAPTION = re.compile(r"(fig(?:ure|\.)|table|algorithm)\s*(\d+(?:\.\d+)*)\s*[.:–|]", re.IGNORECASE)
_CAPTIONED = {"f": ("Figure", Kind.FIGURE), "t": ("Table", Kind.TABLE),
              "a": ("Algorithm", Kind.ALGORITHM)}  # fmt: skip
_NAMES = re.compile(r"\s*[;,]\s*|\s+and\s+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CALL = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")


@dataclass
class _Block:
    kind: Kind
    text: str
    label: str = ""
    grid: Grid | None = None
    level: int = 0
    """Of a heading; 0 for what is none."""


class DocxParser:
    """Reads ``.docx``: headings by their style, lists, tables as cells, captions and footnotes.

    There are no pages: where they end is not in the file.
    """

    def parse(self, source: Path) -> Paper:
        reading = _Reading(_opened(source))
        blocks = list(reading.blocks())
        headings = [block for block in blocks if block.level]
        numbers = split_numbers([block.text for block in headings])
        titles = [
            Title(number.text if number else "", title, block.level)
            for block, (number, title) in zip(headings, numbers, strict=True)
        ]
        if blocks and not blocks[0].level:
            titles.insert(0, Title("", "", 1))
        sections = section_tree(titles)
        text, elements, links = _laid_out(blocks, [s.role for s in sections], reading.notes)
        if not elements:
            raise SourceError(source.name, "there is no text in it besides headings")
        digest = content_hash(source)
        abstract = "\n\n".join(
            e.span.of(text) for e in elements if sections[e.section].role is Role.ABSTRACT
        )
        metadata = reading.metadata(abstract)
        return Paper(
            paper_id=paper_id_of(metadata, digest, source.name),
            metadata=metadata,
            text=text,
            sections=sections,
            elements=elements,
            pages=0,
            source=str(source),
            content_hash=digest,
            links=links,
        )


def _opened(source: Path) -> Document:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        with zipfile.ZipFile(source) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise SourceError(
                    source.name, f"unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB"
                )
        return docx.Document(str(source))
    except OSError as error:
        raise SourceError(source.name, f"can't be read: {error.strerror or error}") from error
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        raise SourceError(source.name, "not a Word document (.docx), or damaged") from error


class _Reading:
    """Goes through a document. ``notes`` are the texts of footnotes in the order in
    which they are called.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._written = _footnotes(document)
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

    def blocks(self) -> Iterator[_Block]:
        """Headings and elements in order; items of a list are one, captions go with their table."""
        held: _Block | None = None
        for block in self._single():
            if held is not None and (joined := _joined(held, block)):
                held = joined
                continue
            if held is not None:
                yield held
            held = block
        if held is not None:
            yield held

    def _single(self) -> Iterator[_Block]:
        for child in _children(self._document.element.body):
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                grid = self._grid(child)
                if grid.cells:
                    yield _Block(Kind.TABLE, as_text(grid), grid=grid)

    def _paragraph(self, node: Any) -> Iterator[_Block]:
        text = self._text(node).strip()
        style = self._style(node)
        if not text:
            return
        if style.lower() == "title" and not self._title:
            self._title = " ".join(text.split())
        elif heading := _HEADING.fullmatch(style):
            yield _Block(Kind.PARAGRAPH, " ".join(text.split()), level=int(heading[1]))
        elif style.lower().startswith("list") or node.find(f"{_W}pPr/{_W}numPr") is not None:
            depth = node.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
            indent = "  " * min(int(depth.get(f"{_W}val", "0")) if depth is not None else 0, 8)
            yield _Block(Kind.LIST, f"{indent}- {text}")
        elif caption := _CAPTION.match(text):
            name, kind = _CAPTIONED[caption[1][0].lower()]
            yield _Block(kind, text, f"{name} {caption[2]}")
        else:
            formula = node.find(".//{*}oMathPara") is not None
            yield _Block(Kind.EQUATION if formula else Kind.PARAGRAPH, text)

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
        parts: list[str] = []
        for name, part in _parts(node):
            if name == "t":
                parts.append(_PRIVATE.sub("", part.text or ""))
            elif name == "tab":
                parts.append(" ")
            elif name in ("br", "cr"):
                parts.append("\n")
            elif name == "footnoteReference":
                parts.append(self._called(part.get(f"{_W}id", "")))
        return "".join(parts)

    def _called(self, note: str) -> str:
        if note not in self._written:
            return ""
        self.notes.append(self._written[note])
        return f"\ue000{len(self.notes)}\ue001"

    def _grid(self, table: Any) -> Grid:
        rows = [child for child in _children(table) if child.tag == f"{_W}tr"]
        cells: dict[tuple[int, int], Cell] = {}
        columns = 0
        look = table.find(f"{_W}tblPr/{_W}tblLook")
        first_row = look is not None and look.get(f"{_W}firstRow") == "1"
        for at, row in enumerate(rows):
            header = row.find(f"{_W}trPr/{_W}tblHeader") is not None or (first_row and at == 0)
            column = 0
            for node in (child for child in _children(row) if child.tag == f"{_W}tc"):
                wide = _number(node.find(f"{_W}tcPr/{_W}gridSpan"))
                merge = node.find(f"{_W}tcPr/{_W}vMerge")
                text = " ".join(self._text(node).split())
                if merge is not None and merge.get(f"{_W}val") != "restart":
                    _lengthen(cells, at, column)
                elif text:
                    cells[at, column] = Cell(at, column, text, 1, wide, header)
                column += wide
            columns = max(columns, column)
        return Grid(len(rows), columns, tuple(cells.values()))


def _children(node: Any) -> Iterator[Any]:
    """The children, those in the place of a content control or of a mark around them: a whole
    bibliography may stand in one.
    """
    waiting = list(reversed(node))
    while waiting:
        child = waiting.pop()
        if child.tag in _AROUND:
            waiting.extend(reversed(child))
        else:
            yield child


def _parts(node: Any) -> Iterator[tuple[str, Any]]:
    """All that is in it with plain names, without what old programs read in place of something."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        name = str(part.tag).rpartition("}")[2]
        if name != "Fallback":
            yield name, part
            waiting.extend(reversed(part))


def _lengthen(cells: dict[tuple[int, int], Cell], at: int, column: int) -> None:
    """The cell above goes on in row ``at``."""
    for row in range(at - 1, -1, -1):
        if cell := cells.get((row, column)):
            cells[row, column] = Cell(
                row, column, cell.text, at - row + 1, cell.columns, cell.header
            )
            return


def _number(node: Any) -> int:
    said = node.get(f"{_W}val", "1") if node is not None else "1"
    return max(1, min(int(said), 200)) if said.isascii() and said.isdigit() else 1


def _footnotes(document: Document) -> dict[str, str]:
    """The texts by id."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {
                note.get(f"{_W}id", ""): " ".join(
                    "".join(part.text or "" for name, part in _parts(note) if name == "t").split()
                )
                for note in root.iter(f"{_W}footnote")
            }
    return {}


def _joined(first: _Block, second: _Block) -> _Block | None:
    """The two as one: items of a list, or a caption and its table."""
    if first.level or second.level:
        return None
    if first.kind is second.kind is Kind.LIST:
        return _Block(Kind.LIST, f"{first.text}\n{second.text}")
    if first.kind is second.kind is Kind.TABLE and bool(first.grid) != bool(second.grid):
        caption, table = (second, first) if first.grid else (first, second)
        if caption.label and not table.label:
            text = f"{caption.text}\n\n{table.text}"
            return _Block(Kind.TABLE, text, caption.label, table.grid)
    return None


@dataclass
class _Layout:
    text: str = ""
    elements: list[Element] = field(default_factory=list)
    calls: list[tuple[Span, int]] = field(default_factory=list)
    notes: dict[int, int] = field(default_factory=dict)

    def add(self, block: _Block, section: int) -> list[int]:
        """Lays the block out; the numbers of the notes that it calls."""
        self.text += "\n\n" if self.text else ""
        start, at, called = len(self.text), 0, []
        for match in _CALL.finditer(block.text):
            self.text += block.text[at : match.start()]
            raised = match[1].translate(_RAISED)
            span = Span(len(self.text), len(self.text) + len(raised))
            self.calls.append((span, int(match[1])))
            called.append(int(match[1]))
            self.text += raised
            at = match.end()
        self.text += block.text[at:]
        grid = _plain(block.grid) if block.grid else None
        span = Span(start, len(self.text))
        self.elements.append(Element(block.kind, span, section, label=block.label, grid=grid))
        return called


def _laid_out(
    blocks: list[_Block], roles: list[Role], notes: list[str]
) -> tuple[str, tuple[Element, ...], tuple[Link, ...]]:
    """Text and elements, each footnote after what calls it, and the links to the notes."""
    layout, section = _Layout(), -1 if blocks and blocks[0].level else 0
    for block in blocks:
        if block.level:
            section += 1
            continue
        if roles[section] is Role.REFERENCES and block.kind in (Kind.PARAGRAPH, Kind.LIST):
            block.kind = Kind.REFERENCE
        for number in layout.add(block, section):
            if note := notes[number - 1]:
                layout.notes[number] = len(layout.elements)
                layout.add(_Block(Kind.FOOTNOTE, note, str(number)), section)
    links = tuple(
        Link(span, LinkKind.FOOTNOTE, layout.notes[number])
        for span, number in layout.calls
        if number in layout.notes
    )
    return layout.text, tuple(layout.elements), links


def _plain(grid: Grid) -> Grid | None:
    cells = tuple(
        Cell(c.row, c.column, _CALL.sub("", c.text), c.rows, c.columns, c.header)
        for c in grid.cells
    )
    return laid(grid.rows, grid.columns, cells)

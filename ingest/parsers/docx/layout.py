"""The text of a paper out of blocks, with its elements and the links to its footnotes."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.parsers.docx.blocks import Block
from ingest.parsers.docx.marks import CALL
from ingest.parsers.grid_places import laid
from rag.types import Cell, Element, Grid, Kind, Link, LinkKind, Role, Span

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass
class _Layout:
    text: str = ""
    elements: list[Element] = field(default_factory=list)
    calls: list[tuple[Span, int]] = field(default_factory=list)
    notes: dict[int, int] = field(default_factory=dict)

    def add(self, block: Block, section: int) -> list[int]:
        """Lays the block out; the numbers of the notes that it calls."""
        self.text += "\n\n" if self.text else ""
        start, at, called = len(self.text), 0, []
        for match in CALL.finditer(block.text):
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


def laid_out(
    blocks: list[Block], roles: list[Role], notes: list[str]
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
                layout.add(Block(Kind.FOOTNOTE, note, str(number)), section)
    links = tuple(
        Link(span, LinkKind.FOOTNOTE, layout.notes[number])
        for span, number in layout.calls
        if number in layout.notes
    )
    return layout.text, tuple(layout.elements), links


def _plain(grid: Grid) -> Grid | None:
    cells = tuple(
        Cell(c.row, c.column, CALL.sub("", c.text), c.rows, c.columns, c.header) for c in grid.cells
    )
    return laid(grid.rows, grid.columns, cells)

"""A document's lines -> its sections, and the blocks of each in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.layout import Heading, TextLine
from ingest.parsers.pdf.blocks import Block, Columns, text_blocks
from ingest.parsers.pdf.document import PdfDocument
from ingest.parsers.pdf.floats import Float, find_floats
from ingest.parsers.pdf.flow import join_flow
from ingest.parsers.pdf.footnotes import find_footnotes
from ingest.parsers.pdf.grids.layout import lay_table
from ingest.parsers.pdf.pages import page_views
from ingest.parsers.pdf.references import split_entries
from ingest.structure import build_sections, find_headings
from rag.types import Box, Kind, Role, Section

_ABSTRACT_WORDS = 30  # a shorter paragraph before the first heading is a name or an address
_FRONT_PAGES = 2

Placed = list[tuple[Block, int]]


@dataclass(frozen=True, slots=True)
class _Text:
    """Running text by index into the document's lines, and what interrupts it where."""

    document: PdfDocument
    members: frozenset[int]
    inserts: dict[int, Block]
    columns: Columns


def section_blocks(document: PdfDocument) -> tuple[tuple[Section, ...], Placed]:
    """The sections, and each block with the index of its section."""
    floats, labels = find_floats(document)
    in_float = {i for f in floats for i in (*f.caption, *f.body)}
    text = [i for i in range(len(document.lines)) if i not in in_float and i not in labels]
    lines = [document.lines[i] for i in text]
    headings = find_headings(lines, document.outline, document.body_size)
    sections = build_sections(headings, lines)
    ranges = _ranges(headings, text, len(document.lines))
    inserts = {f.caption[0]: _float_block(document, f) for f in floats}
    notes = find_footnotes(document, _may_hold_notes(text, sections, ranges))
    inserts |= {note[0]: _note_block(document, note) for note in notes}
    in_note = {i for note in notes for i in note}
    flow = _Text(document, frozenset(text) - in_note, inserts, _columns(document))
    return _fill(flow, sections, headings, text, ranges)


def _fill(
    flow: _Text,
    sections: tuple[Section, ...],
    headings: Sequence[Heading],
    text: Sequence[int],
    ranges: Sequence[tuple[int, int]],
) -> tuple[tuple[Section, ...], Placed]:
    """Puts the text of each range into its section, and the front matter where it belongs."""
    front, kept = _front(flow, sections, ranges[0][0] if ranges else len(flow.document.lines))
    shift = 1 if front else 0
    placed: Placed = [(block, 0) for block in kept]
    moved = tuple(s if s.parent is None else replace(s, parent=s.parent + shift) for s in sections)
    for at, (section, heading, bounds) in enumerate(zip(sections, headings, ranges, strict=True)):
        remainder = _run_in(flow.document, text, heading)
        blocks = _blocks(flow, bounds, remainder, references=section.role is Role.REFERENCES)
        placed.extend((block, at + shift) for block in blocks)
    return (*front, *moved), placed


def _columns(document: PdfDocument) -> Columns:
    views = {page.graphics.page: page for page in page_views(document)}
    return lambda box: views[box.page].column(box)


def _ranges(headings: Sequence[Heading], text: Sequence[int], end: int) -> list[tuple[int, int]]:
    """For each heading, the document's lines from after it to the next one."""
    starts = [text[h.first] for h in headings]
    after = [text[h.last] + 1 for h in headings]
    return list(zip(after, [*starts[1:], end], strict=True)) if headings else []


def _may_hold_notes(
    text: Sequence[int], sections: Sequence[Section], ranges: Sequence[tuple[int, int]]
) -> list[int]:
    """Lines outside of headings and bibliographies."""
    inside = set(range(ranges[0][0] if ranges else text[-1] + 1 if text else 0))
    for section, (start, end) in zip(sections, ranges, strict=True):
        if section.role is not Role.REFERENCES:
            inside.update(range(start, end))
    return [i for i in text if i in inside]


def _front(
    flow: _Text, sections: Sequence[Section], end: int
) -> tuple[tuple[Section, ...], list[Block]]:
    """What stands before the first heading: an implicit abstract, or the whole text."""
    blocks = _blocks(flow, (0, end), None, references=False)
    if not sections:
        return (Section("", "", 1, Role.OTHER, page=1),), blocks
    floats = [block for block in blocks if block.kind in (Kind.FIGURE, Kind.TABLE)]
    if sections[0].role is Role.ABSTRACT:
        return (), floats
    opens = next((n for n, block in enumerate(blocks) if _is_prose(block)), None)
    if opens is None:
        return (), floats
    page = blocks[opens].lines[0].box.page
    if page > _FRONT_PAGES:
        return (Section("", "", 1, Role.OTHER, page=page),), blocks[opens:]
    return (Section("", "Abstract", 1, Role.ABSTRACT, page=page),), blocks[opens:]


def _is_prose(block: Block) -> bool:
    words = sum(len(line.text.split()) for line in block.lines)
    return block.kind is Kind.PARAGRAPH and words >= _ABSTRACT_WORDS


def _run_in(document: PdfDocument, text: Sequence[int], heading: Heading) -> TextLine | None:
    """The text that shares the heading's line, with its part of the line's box."""
    if not heading.run_in:
        return None
    line = document.lines[text[heading.last]]
    rest = line.text[heading.run_in :].lstrip()
    if not rest:
        return None
    box = line.box
    x0 = box.x1 - (box.x1 - box.x0) * len(rest) / len(line.text)
    return replace(line, text=rest, box=Box(box.page, round(x0, 2), box.y0, box.x1, box.y1))


def _blocks(
    flow: _Text, bounds: tuple[int, int], remainder: TextLine | None, *, references: bool
) -> list[Block]:
    """The blocks of the lines in ``bounds``, after the ``remainder`` of the heading's line."""
    run: list[TextLine] = [remainder] if remainder else []
    blocks: list[Block] = []
    for i in range(*bounds):
        if i in flow.inserts:
            if not references:
                blocks += text_blocks(run, flow.columns)
                run = []
            blocks.append(flow.inserts[i])
        elif i in flow.members:
            run.append(flow.document.lines[i])
    if references:
        return [*(Block(Kind.REFERENCE, entry) for entry in split_entries(run)), *blocks]
    return join_flow([*blocks, *text_blocks(run, flow.columns)])


def _float_block(document: PdfDocument, found: Float) -> Block:
    lines = tuple(document.lines[i] for i in (*found.caption, *found.body))
    table = None
    if found.kind is Kind.TABLE and found.body:
        graphics = document.graphics[lines[0].box.page - 1]
        table = lay_table(lines[len(found.caption) :], graphics)
    return Block(found.kind, lines, found.label, len(found.caption), table, found.area)


def _note_block(document: PdfDocument, note: Sequence[int]) -> Block:
    return Block(Kind.FOOTNOTE, tuple(document.lines[i] for i in note))

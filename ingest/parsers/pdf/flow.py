"""The order of elements: paragraphs go on over column and page breaks, floats come after them."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.parsers.pdf.blocks import Block
from ingest.parsers.pdf.runs import STOPS
from rag.types import Kind

_FLOATS = (Kind.FIGURE, Kind.TABLE, Kind.ALGORITHM, Kind.FOOTNOTE)
_STOPS = (*STOPS, "]")


def join_flow(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of one section, with every interrupted paragraph made whole."""
    flowing: list[Block] = []
    pending: list[Block] = []
    for block in blocks:
        if block.kind in _FLOATS:
            pending.append(block)
        elif flowing and _goes_on(flowing[-1], block, interrupted=bool(pending)):
            last = flowing[-1]
            flowing[-1] = Block(last.kind, last.lines + block.lines, last.label)
        else:
            flowing.extend(pending)
            pending = []
            flowing.append(block)
    return flowing + pending


def _goes_on(first: Block, second: Block, *, interrupted: bool) -> bool:
    """Whether ``second`` is the rest of the paragraph that ``first`` begins."""
    if first.kind not in (Kind.PARAGRAPH, Kind.LIST) or second.kind is not Kind.PARAGRAPH:
        return False
    end, start = first.lines[-1], second.lines[0]
    broken = end.box.page != start.box.page or start.box.y0 < end.box.y0 or interrupted
    if abs(end.size - start.size) > 0.12 * end.size:
        return False
    if not broken:
        # More white than usual inside a sentence: a tall formula, or a picture beside it.
        sentence = start.text[:1].islower() and not end.text.endswith(_STOPS)
        return sentence and _is_full(first)
    if end.text.endswith(("-", "\u00ad", ",")) or start.text[:1].islower():
        return not end.text.endswith(_STOPS) or start.text[:1].islower()
    return not end.text.endswith(_STOPS) and _is_full(first)


def _is_full(block: Block) -> bool:
    """Whether the block's last line reaches as far as its others."""
    last = block.lines[-1]
    right = max((line.box.x1 - line.box.x0 for line in block.lines[-4:]), default=0.0)
    return last.box.x1 - last.box.x0 > 0.85 * right

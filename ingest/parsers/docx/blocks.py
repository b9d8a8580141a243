"""Blocks of a document, and which of them are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.types import Grid, Kind


@dataclass
class Block:
    """A heading or an element."""

    kind: Kind
    text: str
    label: str = ""
    grid: Grid | None = None
    level: int = 0
    """Of a heading; 0 for what is none."""


def joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, the items of a list as one, captions with their tables."""
    held: Block | None = None
    for block in blocks:
        if held is not None and (both := _one(held, block)):
            held = both
            continue
        if held is not None:
            yield held
        held = block
    if held is not None:
        yield held


def _one(first: Block, second: Block) -> Block | None:
    """The two as one: items of a list, or a caption and its table."""
    if first.level or second.level:
        return None
    if first.kind is second.kind is Kind.LIST:
        return Block(Kind.LIST, f"{first.text}\n{second.text}")
    if first.kind is second.kind is Kind.TABLE and bool(first.grid) != bool(second.grid):
        caption, table = (second, first) if first.grid else (first, second)
        if caption.label and not table.label:
            text = f"{caption.text}\n\n{table.text}"
            return Block(Kind.TABLE, text, caption.label, table.grid)
    return None

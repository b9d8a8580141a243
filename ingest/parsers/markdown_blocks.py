"""The blocks of a Markdown text, as ranges of its lines: what of markdown-it ingestion uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.types import Kind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``[first, last)``. A heading has a ``level`` from 1 and its ``title``; other blocks
    have a ``kind``. ``is_caption`` marks one whose float is another block. ``items`` are the
    line ranges of a list's items.
    """

    first: int
    last: int
    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    title: str = ""
    label: str = ""
    is_caption: bool = False
    items: tuple[tuple[int, int], ...] = ()


_TOKENS = {
    "paragraph_open": Kind.PARAGRAPH,
    "blockquote_open": Kind.PARAGRAPH,
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "table_open": Kind.TABLE,
    "fence": Kind.ALGORITHM,
    "code_block": Kind.ALGORITHM,
    "math_block": Kind.EQUATION,
}
_EQUATION_END = re.compile(
    r"[.,;]?\s*(?:\\tag\{.*\}|\((?:Eqs?\.?|Equations?)?\s*[\w.]+\))?\s*[.,;]?", re.IGNORECASE
)
_FORMULA = re.compile(r"(?:\$[^$]+\$|\\begin\{(\w+\*?)\}.*\\end\{\1\}|\\\[.*\\\])[.,;]?", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_CAPTION = re.compile(
    r"[*_]*((?:fig(?:ure|\.)|table|tab\.|algorithm|alg\.)\s*[A-Z]?\d+(?:\.\d+)*)[*_]*\s*[.:|]",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]:")
_NUMBER_AT_END = re.compile(r"(?:\\tag\{(.+?)\}|\((?:Eqs?\.?\s*)?(\d[\w.]*)\))[$.,;\s]*$")
_FENCE = re.compile(r"^(?:`{3,}|~{3,}).*\n")
_CAPTIONED = {"f": Kind.FIGURE, "t": Kind.TABLE, "a": Kind.ALGORITHM}


def blocks_of(lines: Sequence[str]) -> list[Block]:
    """Headings and typed blocks in order; a caption is one block with its float beside it."""
    tokens = _markdown().parse("\n".join(lines))
    blocks = [_typed(block, lines) for block in _top_level(tokens)]
    return _with_captions(blocks, lines)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # a tenth of a second that other formats need not pay

    # Inline syntax is left as written: papers are full of formulas that look like it.
    markdown = MarkdownIt("commonmark").enable("table").disable(["html_block", "reference"])
    markdown.core.ruler.disable(["inline", "text_join"])
    markdown.block.ruler.before("fence", "math", _math, {"alt": ["paragraph", "list"]})
    return markdown


def _math(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A block rule: ``$$ ... $$`` over one or more lines, with nothing but a number after it."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("$$", start):
        return False
    end = state.src.find("$$", start + 2)
    line = next((n for n in range(first, last) if start + 2 <= end <= state.eMarks[n]), None)
    if line is None or not _EQUATION_END.fullmatch(state.src[end + 2 : state.eMarks[line]].strip()):
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.map = [first, line + 1]
        state.line = line + 1
    return True


def _top_level(tokens: Sequence[Token]) -> list[Block]:
    blocks: list[Block] = []
    for token, following in zip_longest(tokens, tokens[1:]):
        if token.map is None:
            continue
        first, last = token.map
        if token.type == "list_item_open" and token.level == 1:
            blocks[-1] = replace(blocks[-1], items=(*blocks[-1].items, (first, last)))
        elif token.type == "heading_open" and token.level == 0 and following is not None:
            title = following.content.strip().strip("*_ ")
            blocks.append(Block(first, last, level=int(token.tag[1]), title=title))
        elif token.level == 0 and token.type in _TOKENS:
            blocks.append(Block(first, last, _TOKENS[token.type]))
    return blocks


def _typed(block: Block, lines: Sequence[str]) -> Block:
    """The block with a kind and a label told from its words, where markup can't say."""
    if block.level:
        return block
    text = "\n".join(lines[block.first : block.last]).strip()
    if block.kind is Kind.EQUATION or _FORMULA.fullmatch(text):
        number = _NUMBER_AT_END.search(text)
        label = f"({number[1] or number[2]})" if number else ""
        return replace(block, kind=Kind.EQUATION, label=label)
    if caption := _CAPTION.match(_FENCE.sub("", text)):
        kind = _CAPTIONED[caption[1][0].lower()]
        alone = block.kind is Kind.PARAGRAPH
        return replace(block, kind=kind, label=" ".join(caption[1].split()), is_caption=alone)
    if block.kind is Kind.PARAGRAPH and _IMAGE.match(text) and not _IMAGE.sub("", text).strip():
        return replace(block, kind=Kind.FIGURE)
    if block.kind is Kind.PARAGRAPH and _FOOTNOTE.match(text):
        return replace(block, kind=Kind.FOOTNOTE)
    return block


def _with_captions(blocks: Sequence[Block], lines: Sequence[str]) -> list[Block]:
    merged: list[Block] = []
    for block in blocks:
        before = merged[-1] if merged else None
        if before is not None and _belong_together(before, block, lines):
            float_, caption = (block, before) if before.is_caption else (before, block)
            # A table may be an image: its caption knows better.
            kind = caption.kind if float_.kind is Kind.FIGURE else float_.kind
            merged[-1] = Block(before.first, block.last, kind, label=caption.label)
        else:
            merged.append(block)
    return merged


def _belong_together(first: Block, second: Block, lines: Sequence[str]) -> bool:
    """Whether one is a float without a caption yet, and the other a caption that fits it."""
    float_, caption = (second, first) if first.is_caption else (first, second)
    blank = sum(not line.strip() for line in lines[first.last : second.first])
    return (
        caption.is_caption
        and not float_.label
        and not float_.level
        and float_.kind in (Kind.FIGURE, caption.kind)
        and blank <= 1
    )

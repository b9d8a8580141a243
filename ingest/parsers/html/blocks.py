"""The blocks of an article in order: headings, and elements with kind, text and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ingest.markup import Node, words
from ingest.parsers.html.document import has_class, is_foreign
from ingest.parsers.html.formulas import is_display, is_formula, tex_of
from ingest.parsers.html.inline import Inline, Writer, inline
from ingest.parsers.html.tables import grid_of, is_layout, is_tabular, text_of
from rag.types import Grid, Kind, Reference

_HEADING = re.compile(r"h[1-6]")
_CONTAINERS = frozenset(
    "html body div section article main aside center details figure-group fieldset d-article "
    "d-appendix d-abstract d-figure dt dd header hgroup tbody tr td th".split()
)
_LABEL = re.compile(
    r"\s*((?:supplementary\s+|extended\s+data\s+)?(?:fig(?:ure|\.)|table|tab\.|algorithm|alg\.|"
    r"listing)\s*[A-Z]?\.?\d+(?:\.\d+)*)",
    re.IGNORECASE,
)
_CAPTIONED = {"f": Kind.FIGURE, "t": Kind.TABLE, "a": Kind.ALGORITHM, "l": Kind.ALGORITHM}
_TITLE_ONLY = ("ltx_title_theorem", "ltx_title_proof")
_CODE = ("ltx_listing", "ltx_algorithm", "ltx_algorithmic", "algorithm")
_EQUATION = ("ltx_equation", "ltx_equationgroup", "ltx_eqn_table", "katex-display")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading has a ``level`` from 1. ``ids`` are what links to it name; ``items`` are a list's.

    ``reference`` is given with an entry of a bibliography that came as data.
    """

    text: Inline
    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    label: str = ""
    grid: Grid | None = None
    ids: frozenset[str] = frozenset()
    items: tuple[tuple[Node, Inline], ...] = field(default=(), repr=False)
    ordered: bool = False
    reference: Reference | None = None


def blocks_of(part: Node) -> Iterator[Block]:
    """The blocks in ``part``; footnotes come after the block that calls them."""
    for block in _inside(part):
        if block.text.text or block.grid:
            yield block
        if not block.level:  # a title's notes are thanks and addresses
            for note in block.text.notes:
                yield from _note(note)


def _inside(node: Node) -> Iterator[Block]:
    """The blocks in a container; words that are in none of them make paragraphs."""
    loose = Writer()
    loose.add(node.text)
    for child in node:
        if _is_block(child):
            yield from _settled(loose)
            loose = Writer()
            yield from _block(child)
        else:
            loose.node(child)
        loose.add(child.tail)
    yield from _settled(loose)


def _settled(loose: Writer) -> Iterator[Block]:
    block = Block(loose.done())
    if any(c.isalnum() for c in block.text.text) or block.text.notes:
        yield block


def _is_block(node: Node) -> bool:
    if is_foreign(node):
        return False
    if is_formula(node):
        return is_display(node)
    return (
        node.tag in _CONTAINERS
        or bool(_HEADING.fullmatch(node.tag))
        or node.tag in {"p", "ul", "ol", "dl", "table", "figure", "pre", "blockquote", "hr"}
        or is_tabular(node)
        or has_class(node, *_EQUATION, *_CODE, "ltx_para", "ltx_theorem", "ltx_float")
    )


def _block(node: Node) -> Iterator[Block]:
    """What one element is made into, by the first of `_MAKERS` that it fits."""
    return next((make for fits, make in _MAKERS if fits(node)), _container)(node)


def _container(node: Node) -> Iterator[Block]:
    for number, block in enumerate(_inside(node)):
        yield block if number else replace(block, ids=block.ids | _own(node))


def _quotation(node: Node) -> Iterator[Block]:
    yield Block(inline(node, lines=True), ids=_ids(node))


def _listing(node: Node) -> Iterator[Block]:
    yield Block(Inline(_code(node)), Kind.ALGORITHM, ids=_ids(node))


def _heading(node: Node) -> Iterator[Block]:
    level = 0 if has_class(node, *_TITLE_ONLY) else int(node.tag[1])
    parent = node.getparent()
    of_parent = _own(parent) if parent is not None and parent.tag in {"section", "div"} else set()
    yield Block(inline(node), level=level, ids=_ids(node) | of_parent)


def _equation(node: Node) -> Iterator[Block]:
    """One line of TeX for each of a group's formulas; the number is the label."""
    numbers = [words(n) for n in node.iter() if has_class(n, "ltx_tag_equation", "eqno")]
    rows = [n for n in node.iter("tr") if has_class(n, "ltx_eqn_row")] or [node]
    lines = [" ".join(map(tex_of, _formulas(row))) for row in rows]
    tex = " \\\\\n".join(line for line in lines if line)
    label = numbers[0] if numbers else ""
    tag = f"\\tag{{{label.strip('()')}}}" if label else ""
    yield Block(Inline(f"$${tex}{tag}$$" if tex else ""), Kind.EQUATION, 0, label, ids=_ids(node))


def _formulas(row: Node) -> list[Node]:
    found = [node for node in row.iter() if is_formula(node)]
    return [node for node in found if not any(is_formula(a) for a in node.iterancestors())]


def _figure(node: Node) -> Iterator[Block]:
    """A float as one element: caption first, then a table's cells or a listing."""
    text = Writer(lines=True)
    for caption in _captions(node):
        _append(text, caption)
    label = _label(text.text)
    tables = _tables(node)
    code = next((n for n in node.iterdescendants() if n.tag == "pre" or has_class(n, *_CODE)), None)
    kind = Kind.TABLE if tables else Kind.FIGURE
    if code is not None:
        kind = Kind.ALGORITHM
        _append(text, Inline(_code(code)))
    for table in tables if code is None else ():
        _append(text, _as_text(table, grid_of(table)))
    kind = _CAPTIONED.get(label[:1].lower(), kind)
    grid = grid_of(tables[0]) if tables and kind is Kind.TABLE else None
    if not text.text:
        text.add("; ".join(alt for n in node.iter("img") if (alt := n.get("alt", "").strip())))
    if text.text:
        yield Block(text.done(), kind, 0, label, grid, _ids(node))
    else:
        yield from _container(node)


def _captions(node: Node) -> list[Inline]:
    """The float's own caption, then those of its parts."""
    found = [n for n in node.iter("figcaption", "caption") if not is_foreign(n)]
    return [inline(n) for n in sorted(found, key=lambda n: n.getparent() is not node)]


def _tables(node: Node) -> list[Node]:
    found = [n for n in node.iter() if is_tabular(n) and not is_layout(n)]
    return [n for n in found if not any(a in found for a in n.iterancestors())]


def _label(caption: str) -> str:
    called = _LABEL.match(caption)
    return " ".join(called[1].split()) if called else ""


def _table(node: Node) -> Iterator[Block]:
    caption = node.find("caption")
    text = Writer(lines=True)
    if caption is not None:
        _append(text, inline(caption))
    label, grid = _label(text.text), grid_of(node)
    _append(text, _as_text(node, grid))
    yield Block(text.done(), Kind.TABLE, 0, label, grid, _ids(node))


def _as_text(table: Node, grid: Grid | None) -> Inline:
    """The rows as lines; as it is written where it has no grid."""
    return Inline(text_of(grid)) if grid else inline(table, lines=True)


def _list(node: Node) -> Iterator[Block]:
    """Items on lines of their own, with the marks that they have on the page."""
    items = [child for child in node if child.tag in {"li", "dt", "dd"} and not is_foreign(child)]
    parts = tuple((n, inline(n, lines=not has_class(n, "ltx_bibitem"))) for n in items)
    text = Writer(lines=True)
    for number, (item, part) in enumerate(parts, 1):
        text.break_()
        own = has_class(item, "ltx_item") or item.tag != "li"  # LaTeXML writes the mark out
        text.text += "" if own else f"{number}. " if node.tag == "ol" else "- "
        _append(text, part)
    ordered = node.tag == "ol"
    yield Block(text.done(), Kind.LIST, ids=_ids(node), items=parts, ordered=ordered)


def _append(writer: Writer, more: Inline) -> None:
    """A text that is ready, on a line of its own unless the line has begun."""
    if writer.text and not writer.text.endswith((". ", "- ")):
        writer.break_()
    writer.take(more)


def _code(node: Node) -> str:
    """Lines as they stand."""
    listed = [n for n in node.iter() if has_class(n, "ltx_listingline")]
    if listed:
        return "\n".join(inline(line).text for line in listed)
    if node.tag == "pre":
        return "".join(node.itertext()).strip("\n").rstrip()
    return inline(node, lines=True).text


def _note(node: Node) -> Iterator[Block]:
    number = next((words(n) for n in node.iter() if has_class(n, "ltx_tag_note")), "")
    outer = next((n for n in node.iter() if has_class(n, "ltx_note_content")), node)
    text = inline(outer)
    if text.text:
        yield Block(text, Kind.FOOTNOTE, 0, number, ids=_ids(node))


def _own(node: Node) -> set[str]:
    return {name for name in (node.get("id"), node.get("name")) if name}


def _ids(node: Node) -> frozenset[str]:
    """The names by which a link may lead to the element or into it."""
    return frozenset(name for inner in node.iter() for name in _own(inner))


_MAKERS: tuple[tuple[Callable[[Node], object], Callable[[Node], Iterator[Block]]], ...] = (
    (lambda node: _HEADING.fullmatch(node.tag), _heading),
    (lambda node: is_formula(node) or has_class(node, *_EQUATION), _equation),
    (lambda node: node.tag in {"figure", "d-figure"} or has_class(node, "ltx_float"), _figure),
    (lambda node: node.tag == "pre" or has_class(node, *_CODE), _listing),
    (lambda node: is_tabular(node) and not is_layout(node), _table),
    (lambda node: node.tag in {"ul", "ol", "dl"}, _list),
    (lambda node: node.tag == "blockquote", _quotation),
)

"""Puts numbers and names in the place of marks, and makes text, elements and links of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.parsers.grid_places import laid
from ingest.parsers.latex.document import MARK, Anchor, Block, Document, Entry, Pointer
from ingest.parsers.latex.references import short_names, surname
from rag.types import Cell, Element, Grid, Kind, Link, LinkKind, Reference, Span

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WITH_NAME = frozenset({"autoref", "cref", "Cref", "Autoref", "fref", "thmref"})
_UNKNOWN = "??"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Halves of marks that a cut went through, as in a title that was divided into lines."""

_Piece = tuple[str, LinkKind | None, object]
"""Words, and what they lead to: a block, an entry's number, a section's index."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A paper's text and what lies over it."""

    text: str
    elements: tuple[Element, ...]
    links: tuple[Link, ...]
    references: tuple[Reference, ...]
    missing: tuple[str, ...]


class Resolver:
    """Knows what each mark reads as. ``numeric`` says how works are cited."""

    def __init__(self, document: Document, *, numeric: bool) -> None:
        self._document = document
        self._numeric = numeric
        self._entries = {entry.key: i for i, entry in enumerate(document.entries)}
        self.missing: dict[str, None] = {}

    def plain(self, text: str) -> str:
        """The text with its marks resolved, links left aside."""
        return "".join(piece[0] for piece in self.pieces(text))

    def pieces(self, text: str) -> Iterator[_Piece]:
        """The text in pieces, each with what it leads to."""
        at = 0
        for match in MARK.finditer(text):
            yield _PRIVATE.sub("", text[at : match.start()]), None, None
            yield from self._of(self._document.pointers[int(match[1])])
            at = match.end()
        yield _PRIVATE.sub("", text[at:]), None, None

    def label(self, entry: Entry) -> str:
        """How the text calls an entry, without brackets; empty where names and years do."""
        return (entry.label or str(self._entries[entry.key] + 1)) if self._numeric else ""

    def _of(self, pointer: Pointer) -> Iterator[_Piece]:
        if pointer.command == "footnote" and pointer.block is not None:
            raised = pointer.block.label.translate(_RAISED)
            yield raised, LinkKind.FOOTNOTE, pointer.block
        elif pointer.command.startswith("cite-"):
            yield from self._cited(pointer)
        elif pointer.command != "nocite":
            yield from self._referred(pointer)

    def _referred(self, pointer: Pointer) -> Iterator[_Piece]:
        for i, key in enumerate(pointer.keys):
            anchor = self._document.anchors.get(key)
            if i:
                yield " and " if i == len(pointer.keys) - 1 else ", ", None, None
            if anchor is None:
                self.missing[key] = None
                yield self.plain(pointer.before) or _UNKNOWN, None, None
                continue
            yield self.plain(_words(pointer, anchor)), *_target(anchor)

    def _cited(self, pointer: Pointer) -> Iterator[_Piece]:
        known = [(key, self._entries.get(key)) for key in pointer.keys]
        self.missing.update({key: None for key, at in known if at is None})
        style = pointer.command.removeprefix("cite-")
        if self._numeric and style in ("plain", "p", "alp", "t", "year"):
            yield from self._by_number(pointer, known, style)
        else:
            yield from self._by_name(pointer, known, style)

    def _by_number(
        self, pointer: Pointer, known: Sequence[tuple[str, int | None]], style: str
    ) -> Iterator[_Piece]:
        after = f", {pointer.after}" if pointer.after else ""
        if style == "t":
            names = [self._names(at) for _, at in known if at is not None]
            if any(names):
                yield " and ".join(filter(None, names)) + " ", None, None
        if len(known) == 1 and known[0][1] is not None and not pointer.before:
            entry = self._document.entries[known[0][1]]
            yield f"[{self.label(entry)}{after}]", LinkKind.CITATION, known[0][1]
            return
        yield f"[{pointer.before} " if pointer.before else "[", None, None
        for i, (key, at) in enumerate(known):
            if i:
                yield ", ", None, None
            if at is None:
                yield key, None, None
            else:
                yield self.label(self._document.entries[at]), LinkKind.CITATION, at
        yield f"{after}]", None, None

    def _by_name(
        self, pointer: Pointer, known: Sequence[tuple[str, int | None]], style: str
    ) -> Iterator[_Piece]:
        around = ("(", ")") if style in ("plain", "p", "year") else ("", "")
        before = f"{pointer.before} " if pointer.before else ""
        yield around[0] + before, None, None
        for i, (key, at) in enumerate(known):
            if i:
                yield "; ", None, None
            if at is None:
                yield key, None, None
                continue
            names, year = self._names(at), self._year(at)
            shown = {
                "t": f"{names} ({year})" if year else names,
                "author": names,
                "year": year or names,
            }.get(style, ", ".join(filter(None, (names, year))))
            yield shown, LinkKind.CITATION, at
        yield (f", {pointer.after}" if pointer.after else "") + around[1], None, None

    def _names(self, at: int) -> str:
        entry = self._document.entries[at]
        authors = [surname(name) for name in entry.reference.authors]
        return entry.names or short_names(authors) or entry.reference.title or entry.key

    def _year(self, at: int) -> str:
        entry = self._document.entries[at]
        return entry.year or str(entry.reference.year or "")


def resolved(document: Document, resolver: Resolver) -> Resolved:
    """All blocks as text, joined by blank lines."""
    blocks = [block for block in _with_entries(document) if resolver.plain(block.text).strip()]
    places = {id(block): i for i, block in enumerate(blocks)}
    parts: list[str] = []
    elements: list[Element] = []
    found: list[tuple[Span, LinkKind, object]] = []
    start = 0
    for block in blocks:
        text = ""
        for words, kind, target in resolver.pieces(block.text):
            if kind is not None and words:
                span = Span(start + len(text), start + len(text) + len(words))
                found.append((span, kind, target))
            text += words
        span = Span(start, start + len(text))
        grid = _grid(block.grid, resolver) if block.grid else None
        elements.append(Element(block.kind, span, block.section, label=block.label, grid=grid))
        parts.append(text)
        start = span.end + 2
    first = next((i for i, block in enumerate(blocks) if block.kind is Kind.REFERENCE), 0)
    links = tuple(
        Link(span, kind, at)
        for span, kind, t in found
        if (at := _index(t, kind, places)) is not None
    )
    references = tuple(
        replace(entry.reference, element=first + i, label=resolver.label(entry))
        for i, entry in enumerate(document.entries)
    )
    return Resolved("\n\n".join(parts), tuple(elements), links, references, tuple(resolver.missing))


def _with_entries(document: Document) -> list[Block]:
    """The blocks, with the entries where the bibliography is."""
    if document.bibliography is None:
        return document.blocks
    at, section = document.bibliography
    entries = [Block(Kind.REFERENCE, section, entry.text) for entry in document.entries]
    return [*document.blocks[:at], *entries, *document.blocks[at:]]


def _index(target: object, kind: LinkKind, places: Mapping[int, int]) -> int | None:
    if kind in (LinkKind.ELEMENT, LinkKind.FOOTNOTE):
        return places.get(id(target))
    return target if isinstance(target, int) else None


def _target(anchor: Anchor) -> tuple[LinkKind, object]:
    if anchor.block is not None:
        return LinkKind.ELEMENT, anchor.block
    return LinkKind.SECTION, anchor.section


def _words(pointer: Pointer, anchor: Anchor) -> str:
    number = anchor.number or anchor.title or anchor.name
    match pointer.command:
        case "words":
            return pointer.before
        case "nameref":
            return anchor.title or anchor.name
        case "eqref":
            return f"({number})"
    if pointer.command in _WITH_NAME and anchor.number:
        bracketed = anchor.name == "Equation" and pointer.command in ("cref", "Cref")
        return f"{anchor.name} ({number})" if bracketed else f"{anchor.name} {number}"
    return number


def _grid(grid: Grid, resolver: Resolver) -> Grid | None:
    cells = tuple(
        Cell(c.row, c.column, resolver.plain(c.text), c.rows, c.columns, c.header)
        for c in grid.cells
    )
    return laid(grid.rows, grid.columns, cells)

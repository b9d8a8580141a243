"""From the blocks of an article to the paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.identity import content_hash, paper_id_of
from ingest.markup import Node
from ingest.numbering import split_numbers
from ingest.parsers.html.bibliography import distill_entries, reference_of
from ingest.parsers.html.blocks import Block, blocks_of
from ingest.parsers.html.document import has_class, main_parts, read
from ingest.parsers.html.front import front_of
from ingest.parsers.html.inline import Anchor, Inline
from ingest.parsers.html.unseen import unseen_characters
from ingest.parsers.unseen import remarked
from ingest.sections import Title, section_tree
from rag.errors import SourceError
from rag.types import (
    Element,
    Kind,
    Link,
    LinkKind,
    Metadata,
    Paper,
    Reference,
    Role,
    Section,
    Span,
)

_LETTERS = re.compile(r"[\W_]+")


class HtmlParser:
    """Reads ``.html``. There are no pages. Links of the page become the paper's links."""

    def parse(self, source: Path) -> Paper:
        root = read(source)
        front = front_of(root)
        articles = main_parts(root)
        blocks = [block for part in articles for block in blocks_of(part)]
        blocks = _with_distill(_without_title(blocks, front.title), root)
        sections, home = _sections(blocks)
        made = _Made(sections)
        for block, section in zip(blocks, home, strict=True):
            made.take(block, section)
        if not made.elements:
            raise SourceError(source.name, "there is no text in it besides headings")
        text, elements = "\n\n".join(made.texts), tuple(made.elements)
        metadata = replace(front, abstract=front.abstract or _abstract(text, sections, elements))
        digest = content_hash(source)
        paper_id = paper_id_of(metadata, digest, source.name)
        paper = Paper(paper_id, metadata, text, sections, elements, 0, str(source), digest)
        return replace(
            paper,
            references=tuple(made.references),
            links=tuple(made.links(metadata)),
            remarks=remarked(sum(map(unseen_characters, articles))),
        )


def _without_title(blocks: Iterable[Block], title: str) -> list[Block]:
    """Leaves out the headings that repeat the title."""
    same = _LETTERS.sub("", title).lower()
    return [b for b in blocks if not b.level or _LETTERS.sub("", b.text.text).lower() != same]


def _with_distill(blocks: list[Block], root: Node) -> list[Block]:
    """Adds the bibliography that Distill's page keeps as data."""
    entries = list(distill_entries(root))
    if not entries:
        return blocks
    listed = [
        Block(text, Kind.REFERENCE, ids=frozenset({key}), reference=reference)
        for key, text, reference in entries
    ]
    return [*blocks, Block(Inline("References"), level=2), *listed]


def _sections(blocks: Sequence[Block]) -> tuple[tuple[Section, ...], list[int]]:
    """The section tree, and for each block the index of its section.

    Text before the first heading gets a section without a title.
    """
    headings = [block for block in blocks if block.level]
    numbers = split_numbers([block.text.text for block in headings])
    top = min((block.level for block in headings), default=1)
    titles = [
        Title(number.text if number else "", title.rstrip(" .:"), block.level - top + 1)
        for block, (number, title) in zip(headings, numbers, strict=True)
    ]
    headless = bool(blocks) and not blocks[0].level
    home, current = [], -1 + headless
    for block in blocks:
        current += bool(block.level)
        home.append(current)
    return section_tree([Title("", "", 1), *titles] if headless else titles), home


@dataclass(slots=True)
class _Made:
    """What the paper is made of so far."""

    sections: Sequence[Section]
    texts: list[str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    targets: dict[str, tuple[LinkKind, int]] = field(default_factory=dict)
    anchors: list[Anchor] = field(default_factory=list)
    length: int = 0

    def take(self, block: Block, section: int) -> None:
        """Takes in a block of the section with this index."""
        if block.level:
            self._aim(block.ids, LinkKind.SECTION, section)
        elif entries := self._entries(block, section):
            for ids, text, reference in entries:
                self._aim(ids, LinkKind.CITATION, len(self.references))
                self.references.append(replace(reference, element=len(self.elements)))
                self._element(Block(text, Kind.REFERENCE), section)
        else:
            kind = LinkKind.FOOTNOTE if block.kind is Kind.FOOTNOTE else LinkKind.ELEMENT
            if block.kind is not Kind.PARAGRAPH:
                self._aim(block.ids, kind, len(self.elements))
            self._element(block, section)

    def links(self, metadata: Metadata) -> Iterator[Link]:
        """The anchors that lead to a part of the paper."""
        for anchor in self.anchors:
            page, _, name = anchor.href.partition("#")
            own = not page or (metadata.arxiv_id and metadata.arxiv_id in page)
            if own and name in self.targets:
                yield Link(Span(anchor.start, anchor.end), *self.targets[name])

    def _aim(self, ids: Iterable[str], kind: LinkKind, at: int) -> None:
        for name in ids:
            self.targets.setdefault(name, (kind, at))

    def _entries(
        self, block: Block, section: int
    ) -> list[tuple[frozenset[str], Inline, Reference]]:
        """The entries of a bibliography that the block is; none if it is something else."""
        if block.reference:
            return [(block.ids, block.text, block.reference)]
        listed = any(has_class(item, "ltx_bibitem") for item, _ in block.items)
        if not listed and not (block.items and self._refers(section)):
            return []
        return [
            (item_ids(item), text, reference_of(item, text.text, n if block.ordered else None))
            for n, (item, text) in enumerate(block.items, 1)
            if text.text
        ]

    def _refers(self, section: int) -> bool:
        return self.sections[section].role is Role.REFERENCES

    def _element(self, block: Block, section: int) -> None:
        text = block.text.text
        span = Span(self.length, self.length + len(text))
        self.elements.append(Element(block.kind, span, section, label=block.label, grid=block.grid))
        self.anchors += [
            replace(a, start=a.start + span.start, end=a.end + span.start)
            for a in block.text.anchors
        ]
        self.texts.append(text)
        self.length = span.end + 2


def item_ids(item: Node) -> frozenset[str]:
    """The names by which an entry is called."""
    return frozenset(name for node in item.iter() if (name := node.get("id") or node.get("name")))


def _abstract(text: str, sections: Sequence[Section], elements: Sequence[Element]) -> str:
    return "\n\n".join(
        element.span.of(text)
        for element in elements
        if sections[element.section].role is Role.ABSTRACT
    )

"""Papers written in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.arxiv import id_in_name, version_in_name, year_of_id
from ingest.frontpage.doi import clean_doi
from ingest.identity import content_hash, paper_id_of
from ingest.numbering import split_numbers
from ingest.parsers.frontmatter import split_front_matter
from ingest.parsers.markdown_blocks import Block, blocks_of
from ingest.parsers.unseen import remarked, without_comments
from ingest.roles import role_of
from ingest.sections import Title, section_tree
from rag.errors import SourceError
from rag.types import Element, Kind, Metadata, Paper, Role, Section, Span

_LFS_POINTER = "version https://git-lfs.github.com/spec/"
_OPENING = (Role.ABSTRACT, Role.INTRODUCTION)
_ENTRY = re.compile(r"^\[\w{1,12}\]\s", re.MULTILINE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class MarkdownParser:
    """Reads ``.md``: the first H1 is the title, other headings are sections.

    Elements hold their raw slice of the file, without comments; the paper's text is the elements
    joined by blank lines. There are no pages. Front matter (title, authors, year, arxiv, venue,
    doi, keywords, affiliations, code) goes before the rest.
    """

    def parse(self, source: Path) -> Paper:
        values, written = split_front_matter(_read(source))
        body, unseen = without_comments(written)
        title, sections, text, elements = read_body(body)
        if not elements:
            raise SourceError(source.name, "there is no text in it besides headings")
        front = _metadata(values, title, source.stem)
        metadata = _with_abstract(front, text, sections, elements)
        digest = content_hash(source)
        paper_id = paper_id_of(metadata, digest, source.name)
        paper = Paper(paper_id, metadata, text, sections, elements, 0, str(source), digest)
        return replace(paper, remarks=remarked(unseen))


def read_body(body: str) -> tuple[str, tuple[Section, ...], str, tuple[Element, ...]]:
    """A text without front matter: its title, sections, the text of the elements, and these."""
    lines = body.split("\n")
    title, blocks = _take_title(blocks_of(lines))
    sections, home = _sections(blocks)
    return title, sections, *_elements(blocks, home, sections, lines)


def _read(source: Path) -> str:
    try:
        data = source.read_bytes()
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
        raise SourceError(source.name, reason) from error
    if not data.strip():
        raise SourceError(source.name, "the file is empty")
    if b"\0" in data:
        raise SourceError(source.name, "not a text file: it holds binary data")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text (byte {error.start}): save it as UTF-8"
        raise SourceError(source.name, reason) from error
    if text.startswith(_LFS_POINTER):
        raise SourceError(source.name, "a Git LFS pointer, not the file: run `git lfs pull`")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _take_title(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """The first heading where it is an H1 that names no section, and the other blocks."""
    at = next((i for i, block in enumerate(blocks) if block.level), None)
    if at is None or blocks[at].level > 1 or role_of(blocks[at].title) in _OPENING:
        return "", list(blocks)
    if split_numbers([blocks[at].title])[0][0] is not None:
        return "", list(blocks)
    return blocks[at].title, [*blocks[:at], *blocks[at + 1 :]]


def _sections(blocks: Sequence[Block]) -> tuple[tuple[Section, ...], list[int]]:
    """The section tree, and for each block the index of its section.

    Text before the first heading gets a section without a title.
    """
    headings = [block for block in blocks if block.level]
    numbers = split_numbers([block.title for block in headings])
    top = min((block.level for block in headings), default=1)
    titles = [
        Title(number.text, title, max(block.level - top + 1, number.depth))
        if number
        else Title("", title, block.level - top + 1)
        for block, (number, title) in zip(headings, numbers, strict=True)
    ]
    headless = bool(blocks) and not blocks[0].level
    home, current = [], -1 + headless
    for block in blocks:
        current += bool(block.level)
        home.append(current)
    return section_tree([Title("", "", 1), *titles] if headless else titles), home


def _elements(
    blocks: Sequence[Block],
    home: Sequence[int],
    sections: Sequence[Section],
    lines: Sequence[str],
) -> tuple[str, tuple[Element, ...]]:
    """The paper's text and the elements over it."""
    texts: list[str] = []
    elements: list[Element] = []
    start = 0
    for block, section in zip(blocks, home, strict=True):
        if block.level:
            continue
        referring = sections[section].role is Role.REFERENCES
        for kind, text in _pieces(block, lines, referring):
            span = Span(start, start + len(text))
            elements.append(Element(kind, span, section, label=block.label))
            texts.append(text)
            start = span.end + 2
    return "\n\n".join(texts), tuple(elements)


def _pieces(block: Block, lines: Sequence[str], referring: bool) -> Iterator[tuple[Kind, str]]:
    """The block's text, or one piece for each entry of a list of references."""
    text = "\n".join(lines[block.first : block.last]).strip()
    if not referring or block.kind not in (Kind.LIST, Kind.PARAGRAPH):
        pieces, kind = [text], block.kind
    elif block.items:
        pieces, kind = ["\n".join(lines[a:b]).strip() for a, b in block.items], Kind.REFERENCE
    else:
        starts = [match.start() for match in _ENTRY.finditer(text)] or [0]
        ends = [*starts[1:], len(text)]
        starts[0] = 0
        pieces = [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
        kind = Kind.REFERENCE
    yield from ((kind, piece) for piece in pieces if piece)


def _metadata(values: Mapping[str, Sequence[str]], title: str, stem: str) -> Metadata:
    def first(*keys: str) -> str:
        return next((values[key][0] for key in keys if values.get(key)), "")

    authors = [
        name.strip()
        for key in ("authors", "author")
        for value in values.get(key, ())
        for name in re.split(r"\s*[,;]\s*|\s+and\s+", value)
    ]
    arxiv_id = first("arxiv", "arxiv_id").lower().removeprefix("arxiv:").strip()
    arxiv_id = id_in_name(arxiv_id) or id_in_name(stem)
    year = _YEAR.search(first("year", "date"))
    return Metadata(
        title=first("title") or title,
        authors=tuple(name for name in authors if name),
        year=int(year[0]) if year else year_of_id(arxiv_id),
        arxiv_id=arxiv_id,
        arxiv_version=version_in_name(stem) if arxiv_id else None,
        doi=clean_doi(first("doi")),
        venue=first("venue", "journal", "booktitle"),
        affiliations=tuple(values.get("affiliations", ())),
        keywords=tuple(
            word for value in values.get("keywords", ()) for word in re.split(r"\s*[,;]\s*", value)
        ),
        code=tuple(values.get("code", ())),
    )


def _with_abstract(
    metadata: Metadata, text: str, sections: Sequence[Section], elements: Sequence[Element]
) -> Metadata:
    abstract = "\n\n".join(
        element.span.of(text)
        for element in elements
        if sections[element.section].role is Role.ABSTRACT
    )
    return replace(metadata, abstract=abstract)

"""The parser of LaTeX projects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ingest.arxiv import id_in_name, year_of_id
from ingest.bibtex import BibEntry, bib_entries
from ingest.identity import paper_id_of
from ingest.parsers.latex import biblatex, body, captions, front, project, references, theorems
from ingest.parsers.latex.body import Body
from ingest.parsers.latex.counters import LEVELS, Counters
from ingest.parsers.latex.document import Document, one_line
from ingest.parsers.latex.macros import Macros
from ingest.parsers.latex.project import Project
from ingest.parsers.latex.reader import READING, Reader
from ingest.parsers.latex.resolve import Resolver, resolved
from ingest.parsers.latex.tokens import tokens_of
from ingest.parsers.latex.writing import COMMANDS
from ingest.parsers.tree import Tree
from ingest.sections import Title, section_tree
from rag.errors import SourceError
from rag.types import Element, Kind, Metadata, Paper, Role, Section

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MANY_MISSING = 5
_LONGEST_TITLE = 25
_CLASS = re.compile(r"\\documentclass\s{0,99}(?:\[[^\]]{0,2000}\])?\s{0,99}\{([^}]{0,99})\}")
_CHAPTER = re.compile(r"^[ \t]*\\chapter\b", re.MULTILINE)
_CHAPTERS = frozenset("book report memoir scrbook scrreprt".split())
_PERCENT = re.compile(r"(?<!\\)%")  # in a .bib file it begins no comment
_VERSIONED = re.compile(r".*v(\d+)")
_PDF_TITLE = re.compile(r"pdftitle\s*=\s*\{([^{}]*)\}")
_PDF_AUTHOR = re.compile(r"pdfauthor\s*=\s*\{([^{}]*)\}")
PROTECTED = frozenset(
    {*READING, *COMMANDS, *body.COMMANDS, *front.COMMANDS, *theorems.DEFINING, "begin", "end",
     "item", "bibitem", "newblock", "multicolumn", "multirow", "else", "fi", "abstract", "document",
     "thebibliography", *captions.FLOATS, *body.KEPT}
)  # fmt: skip


class LatexParser:
    """Reads a project of which the files are given, the document's among them.

    Formulas stay TeX, with the document's own macros expanded. Numbers are those that LaTeX would
    print with the usual classes. There are no pages. What is wrong in a project becomes a remark.
    """

    def parse(self, tree: Tree, source: Path, digest: str, main: str = "") -> Paper:
        """The paper; ``main`` is the document's file, where that is known.

        Raises SourceError if there is no document, or no text in it.
        """
        main = main or project.main_file(tree.files) or _only(tree)
        if not main:
            raise SourceError(source.name, r"no file in it has \documentclass and \begin{document}")
        document = Document()
        document.remarks += tree.remarks
        files = Project(tree, main, document.remark)
        text = files.text(main)
        reader = Reader(tokens_of(text), _macros(), files.tokens)
        counters = _counters(text)
        reading = Body(document, counters, files.tokens)
        if project.has_beginning(text):
            reading.read_preamble(reader)
        files.telling = True
        reading.read(reader)
        _complete_front(document, text)
        if reader.macros.exhausted:
            document.remark("macros that expand without end were left as they are written")
        if reader.macros.unclosed:
            document.remark("braces that never close were taken to end at the next blank line")
        _add_items(document, reading, files, reader)
        return _paper(document, reader, tree, source, digest)


def _only(tree: Tree) -> str:
    """The one file of text there is: a fragment without a class."""
    found = [name for name in tree.files if name.lower().endswith((".tex", ".ltx", ".latex"))]
    return found[0] if len(found) == 1 else ""


def _complete_front(document: Document, text: str) -> None:
    """Takes title and authors from what the PDF is told, where no command gives them."""
    if not document.front.title and (title := _PDF_TITLE.search(text)):
        document.front.title = title[1]
    if not document.front.authors and (authors := _PDF_AUTHOR.search(text)):
        document.front.authors.append(authors[1].replace(";", ","))


def _macros() -> Macros:
    return Macros(protected=PROTECTED)


def _counters(text: str) -> Counters:
    """Those of the document's class."""
    found = _CLASS.search(text)
    kind = found[1].strip() if found else ""
    counters = Counters(roman=kind.startswith("IEEE"))
    if kind in _CHAPTERS or _CHAPTER.search(text):
        counters.top = LEVELS["chapter"]
        counters.depth = LEVELS["subsection"]
        for name in ("equation", "figure", "table", "section"):
            counters.within[name] = "chapter"
    return counters


def _add_items(document: Document, reading: Body, files: Project, reader: Reader) -> None:
    """Takes the entries of ``.bib`` files where the document has none of its own."""
    if document.entries:
        return
    names = reading.bibliographies or ["*"]
    texts = [files.bib(name) for name in names if name != "*"]
    if not any(texts):
        texts = [files.text(name) for name in files.tree.files if name.endswith(".bib")]
    items: dict[str, BibEntry] = {}
    for entry in chain.from_iterable(map(bib_entries, texts)):
        if entry.fields:
            items.setdefault(entry.key, entry)
    items = items or biblatex.listed_entries(files.bbl())
    keys = references.cited(document, items)
    if not references.is_unsorted(reading.style):
        keys = references.by_author(keys, items)

    def plain(value: str) -> str:
        return reading.writer.plain(reader, tokens_of(_PERCENT.sub(r"\%", value)))

    document.entries += references.entries(keys, items, plain)
    if document.entries and document.bibliography is None:
        reading.references()
    if reading.bibliographies and not items:
        document.remark("the bibliography's file is not in the project")


def _paper(document: Document, reader: Reader, tree: Tree, source: Path, digest: str) -> Paper:
    resolver = Resolver(document, numeric=_numeric(document, reader))
    found = resolved(document, resolver)
    if not found.elements:
        raise SourceError(source.name, "there is no text in the document")
    if missing := found.missing:
        more = " and others" if len(missing) > _MANY_MISSING else ""
        listed = ", ".join(missing[:_MANY_MISSING])
        document.remark(f"nothing in the project defines {listed}{more}")
    titles = [Title(t.number, resolver.plain(t.title), t.level) for t in document.titles]
    sections = tuple(
        section if section.heading else replace(section, role=Role.OTHER)
        for section in section_tree(titles)
    )
    if not document.front.title and not sections[0].heading and found.elements[0].section == 0:
        document.front.title = _opening(found.elements[0].span.of(found.text))
    metadata = _metadata(document, resolver, tree, _abstract(found.text, sections, found.elements))
    return Paper(
        paper_id=paper_id_of(metadata, digest, tree.name),
        metadata=metadata,
        text=found.text,
        sections=sections,
        elements=found.elements,
        pages=0,
        source=str(source),
        content_hash=digest,
        references=found.references,
        links=found.links,
        remarks=tuple(document.remarks),
    )


def _opening(text: str) -> str:
    """A title that is set by hand: the first paragraph's first line, or two where one ends in a
    colon; not what is as long as a sentence.
    """
    lines = text.split("\n")
    said = " ".join(lines[: 1 + lines[0].endswith(":")])
    return said if len(said.split()) <= _LONGEST_TITLE else ""


def _numeric(document: Document, reader: Reader) -> bool:
    """Whether works are cited by number, as far as packages, labels and commands tell."""
    options = reader.macros.packages
    if any(word in options.get("natbib", "") for word in ("numbers", "super")):
        return True
    if "biblatex" in options:
        return not re.search(r"authoryear|apa|chicago|mla", options["biblatex"])
    if any(entry.from_natbib for entry in document.entries):
        return False
    if any(entry.names for entry in document.entries):
        return not any(p.command in ("cite-p", "cite-t") for p in document.pointers)
    return True


def _metadata(document: Document, resolver: Resolver, tree: Tree, abstract: str) -> Metadata:
    written, name = document.front, _VERSIONED.fullmatch(tree.name)
    arxiv_id = id_in_name(tree.name)
    year = _YEAR.search(one_line(written.date))
    return Metadata(
        title=" ".join(resolver.plain(written.title).split()),
        authors=front.authors(written),
        year=int(year[0]) if year else year_of_id(arxiv_id),
        arxiv_id=arxiv_id,
        abstract=abstract,
        arxiv_version=int(name[1]) if name and arxiv_id else None,
        affiliations=front.affiliations(written),
        keywords=front.keywords(written),
    )


def _abstract(text: str, sections: Sequence[Section], elements: Sequence[Element]) -> str:
    return "\n\n".join(
        element.span.of(text)
        for element in elements
        if sections[element.section].role is Role.ABSTRACT and element.kind is not Kind.FOOTNOTE
    )

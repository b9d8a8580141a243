"""Word documents (.docx), by python-docx."""

from __future__ import annotations

from pathlib import Path

from ingest.identity import content_hash, paper_id_of
from ingest.numbering import split_numbers
from ingest.parsers.docx.layout import laid_out
from ingest.parsers.docx.opening import opened_document
from ingest.parsers.docx.reading import Reading
from ingest.parsers.docx.unseen import unseen_characters
from ingest.parsers.unseen import remarked
from ingest.sections import Title, section_tree
from rag.errors import SourceError
from rag.types import Paper, Role


class DocxParser:
    """Reads ``.docx``: headings by their style, lists, tables as cells, captions and footnotes.

    There are no pages: where they end is not in the file.
    """

    def parse(self, source: Path) -> Paper:
        document = opened_document(source)
        reading = Reading(document)
        blocks = list(reading.blocks())
        headings = [block for block in blocks if block.level]
        numbers = split_numbers([block.text for block in headings])
        titles = [
            Title(number.text if number else "", title, block.level)
            for block, (number, title) in zip(headings, numbers, strict=True)
        ]
        if blocks and not blocks[0].level:
            titles.insert(0, Title("", "", 1))
        sections = section_tree(titles)
        text, elements, links = laid_out(blocks, [s.role for s in sections], reading.notes)
        if not elements:
            raise SourceError(source.name, "there is no text in it besides headings")
        digest = content_hash(source)
        abstract = "\n\n".join(
            e.span.of(text) for e in elements if sections[e.section].role is Role.ABSTRACT
        )
        metadata = reading.metadata(abstract)
        return Paper(
            paper_id=paper_id_of(metadata, digest, source.name),
            metadata=metadata,
            text=text,
            sections=sections,
            elements=elements,
            pages=0,
            source=str(source),
            content_hash=digest,
            links=links,
            remarks=remarked(unseen_characters(document.element.body)),
        )

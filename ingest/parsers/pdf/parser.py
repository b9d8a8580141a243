"""PDF -> Paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.identity import content_hash, paper_id_of
from ingest.joining import Words
from ingest.metadata import find_metadata
from ingest.parsers.pdf.assemble import assemble
from ingest.parsers.pdf.body import section_blocks
from ingest.parsers.pdf.document import PdfDocument
from ingest.parsers.pdf.extract import Ocr, read_pdf
from ingest.parsers.pdf.health import check_file, check_text
from rag.types import Metadata, Paper


@dataclass(frozen=True, slots=True)
class PdfParser:
    """Reads PDFs of up to ``max_pages`` pages with PyMuPDF.

    Of those whose reading order is in doubt, up to ``layout_pages`` are shown to its layout model.
    With ``ocr``, pages without text are read by OCR, each for up to ``ocr_page_s`` seconds.
    """

    max_pages: int = 1500
    layout_pages: int = 20
    ocr: bool = False
    ocr_page_s: float = 60.0

    def parse(self, source: Path) -> Paper:
        check_file(source)
        document = read_pdf(source, self.max_pages, self.layout_pages, self._ocr())
        check_text(source, document, self.ocr)
        words = Words.of(line.text for line in document.lines)
        metadata = _metadata(document, source)
        sections, blocks = section_blocks(document)
        text, elements = assemble(blocks, words)
        digest = content_hash(source)
        return Paper(
            paper_id=paper_id_of(metadata, digest, source.name),
            metadata=metadata,
            text=text,
            sections=sections,
            elements=elements,
            pages=document.pages,
            source=str(source),
            content_hash=digest,
            remarks=document.remarks,
        )

    def _ocr(self) -> Ocr | None:
        if not self.ocr:
            return None
        from ingest.parsers.pdf.ocr import with_ocr

        return partial(with_ocr, page_s=self.ocr_page_s)


def _metadata(document: PdfDocument, source: Path) -> Metadata:
    first = [line for line in (*document.lines, *document.furniture) if line.box.page <= 2]
    return find_metadata(first, document.info, source.name, document.lines)

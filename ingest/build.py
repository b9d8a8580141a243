"""Binds the configuration to parsers and chunkers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.chunking.fixed import FixedChunker
from ingest.chunking.structural import StructuralChunker
from ingest.contextualise import no_context, with_structure
from ingest.pipeline import IngestPipeline
from ingest.projects import is_project, parse_project
from ingest.workers import Limits, parse_files
from rag import build
from rag.config import Settings
from rag.errors import SourceError
from rag.protocols import Chunker, Embedder, Index, Parser
from rag.store.catalog_writer import WritableCatalog
from rag.types import Paper


def build_pipeline(
    catalog: WritableCatalog, indexes: tuple[Index, ...], settings: Settings, jobs: int
) -> IngestPipeline:
    """The ingestion path that ``settings`` describe."""
    embedder = build.embedder(settings)
    limits = Limits(settings.parser.timeout_s, settings.parser.memory_mb)
    parse = ParseFile(settings.parser.max_pages)
    return IngestPipeline(
        parse=partial(
            parse_files,
            parse=parse,
            prepare=parse.prepare,
            limits=limits,
            jobs=jobs or settings.ingest.jobs or len(os.sched_getaffinity(0)),
        ),
        chunker=chunker(settings, embedder),
        contextualise=with_structure if settings.context.kind == "structure" else no_context,
        embedder=embedder,
        indexes=indexes,
        catalog=catalog,
        batch_chunks=settings.ingest.batch_chunks,
    )


def chunker(settings: Settings, embedder: Embedder) -> Chunker:
    """The configured way to cut papers."""
    table = settings.chunker
    if table.kind == "fixed":
        return FixedChunker(embedder.count_tokens, table.target_tokens, table.overlap_tokens)
    return StructuralChunker(embedder.count_tokens, table.target_tokens, table.max_tokens)


@dataclass(frozen=True)
class ParseFile:
    """Reads a file with the parser for its ending. Picklable: it travels to the workers."""

    max_pages: int

    def __call__(self, source: Path) -> Paper:
        if is_project(source):
            return parse_project(source)
        return self.parser_for(source).parse(source)

    def prepare(self, source: Path) -> None:
        """Loads the engine that reads such a file, before its memory is limited."""
        if source.suffix.lower() == ".pdf":
            from ingest.parsers.pdf.mupdf import load_engine

            load_engine()

    def parser_for(self, source: Path) -> Parser:
        """Raises SourceError for a kind of file that has no parser."""
        ending = source.suffix.lower()
        if ending == ".pdf":
            from ingest.parsers.pdf import PdfParser

            return PdfParser(self.max_pages)
        if ending == ".md":
            from ingest.parsers.markdown import MarkdownParser

            return MarkdownParser()
        if ending == ".docx":
            from ingest.parsers.docx import DocxParser

            return DocxParser()
        raise SourceError(str(source), f"is neither .pdf nor .md but {ending or 'without ending'}")

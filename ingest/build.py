"""Binds the configuration to parsers and chunkers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.chunking.fixed import FixedChunker
from ingest.chunking.structural import StructuralChunker
from ingest.contextualise import no_context, with_structure
from ingest.elaborating.calls import Task
from ingest.elaborating.stage import Elaboration
from ingest.linking.linked import linked
from ingest.pipeline import IngestPipeline
from ingest.projects import is_project, parse_project
from ingest.workers import Limits, parse_files
from rag import build
from rag.build_model import chat_model
from rag.config import Parser as ParserTable
from rag.config import Settings
from rag.errors import SourceError
from rag.protocols import Chunker, Embedder, Index, Parser
from rag.store.catalog_writer import WritableCatalog
from rag.types import Paper

ANSWER_TOKENS = 4096
"""A model may write so much about some passages, whatever an answer to a question may take."""

MOST_KEPT = 1_000_000
"""Texts on chunks that are kept, some hundreds of bytes each."""

OCR_MB = 2048
"""Of addresses, for OCR's libraries, its models and what they make of a page."""


def build_pipeline(
    catalog: WritableCatalog, indexes: tuple[Index, ...], settings: Settings, jobs: int
) -> IngestPipeline:
    """The ingestion path that ``settings`` describe."""
    embedder = build.embedder(settings)
    parse, limits = reader(settings.parser)
    return IngestPipeline(
        parse=partial(
            parse_files,
            parse=parse,
            prepare=parse.prepare,
            limits=limits,
            jobs=jobs or settings.ingest.jobs or len(os.sched_getaffinity(0)),
        ),
        chunker=chunker(settings, embedder),
        contextualise=no_context if settings.context.kind == "none" else with_structure,
        elaboration=elaboration(settings, embedder),
        embedder=embedder,
        indexes=indexes,
        catalog=catalog,
        batch_chunks=settings.ingest.batch_chunks,
    )


def reader(table: ParserTable) -> tuple[ParseFile, Limits]:
    """What reads a file, and within which limits.

    Raises ConfigError if scans are to be read and the packages for it are not installed.
    """
    if table.ocr == "off":
        return ParseFile(table.max_pages), Limits(table.timeout_s, table.memory_mb)
    from ingest.parsers.pdf.recognition import check_installed

    check_installed()
    limits = Limits(
        table.timeout_s, table.memory_mb + OCR_MB, granted_s=table.max_pages * table.ocr_page_s
    )
    return ParseFile(table.max_pages, ocr=True, ocr_page_s=table.ocr_page_s), limits


def chunker(settings: Settings, embedder: Embedder) -> Chunker:
    """The configured way to cut papers."""
    table = settings.chunker
    if table.kind == "fixed":
        return FixedChunker(embedder.count_tokens, table.target_tokens, table.overlap_tokens)
    return StructuralChunker(embedder.count_tokens, table.target_tokens, table.max_tokens)


def elaboration(settings: Settings, embedder: Embedder) -> Elaboration | None:
    """What a language model is to write of the chunks; None where nothing is.

    Raises ConfigError if there is something, but no model is configured.
    """
    task = _task(settings, embedder)
    if task is None:
        return None
    from ingest.elaborating.asking import Asker
    from ingest.elaborating.costs import Budget
    from rag.cache import default_cache
    from rag.llm_cache import CompletionCache

    model = chat_model(settings, "ingest", least_tokens=ANSWER_TOKENS)
    # What was written is whole, however long an answer might have been.
    kept_for = settings.llm.of_role("ingest").model_copy(update={"max_tokens": ANSWER_TOKENS})
    cache = CompletionCache(default_cache() / "written.sqlite", kept_for, MOST_KEPT)
    return Elaboration(
        task,
        Asker(model, cache),
        Budget(settings.ingest.max_cost_usd),
        settings.ingest.calls,
        embedder.count_tokens,
        model.price,
    )


def _task(settings: Settings, embedder: Embedder) -> Task | None:
    if settings.chunker.kind == "propositions":
        from ingest.elaborating.propositions import Propositions

        return Propositions(settings.chunker.PROMPT)
    if settings.context.kind == "llm":
        from ingest.elaborating.contexts import Contexts

        context = settings.context
        return Contexts(context.PROMPT, embedder.count_tokens, context.paper_tokens)
    return None


@dataclass(frozen=True)
class ParseFile:
    """Reads a file with the parser for its ending, and links its parts. Picklable: it travels to
    the workers.
    """

    max_pages: int
    ocr: bool = False
    ocr_page_s: float = 60.0

    def __call__(self, source: Path) -> Paper:
        if is_project(source):
            return parse_project(source)  # it says itself what it links to
        return linked(self.parser_for(source).parse(source))

    def prepare(self, source: Path) -> None:
        """Loads the engine that reads such a file, before its memory is limited."""
        if source.suffix.lower() == ".pdf":
            from ingest.parsers.pdf.mupdf import load_engine

            load_engine()
            if self.ocr:
                from ingest.parsers.pdf.recognition import load_recogniser

                load_recogniser()

    def parser_for(self, source: Path) -> Parser:
        """Raises SourceError for a kind of file that has no parser."""
        ending = source.suffix.lower()
        if ending == ".pdf":
            from ingest.parsers.pdf import PdfParser

            return PdfParser(self.max_pages, ocr=self.ocr, ocr_page_s=self.ocr_page_s)
        if ending == ".md":
            from ingest.parsers.markdown import MarkdownParser

            return MarkdownParser()
        if ending in {".html", ".htm"}:
            from ingest.parsers.html import HtmlParser

            return HtmlParser()
        if ending == ".docx":
            from ingest.parsers.docx.parser import DocxParser

            return DocxParser()
        raise SourceError(str(source), f"is of a kind that can't be read: {ending or 'no ending'}")

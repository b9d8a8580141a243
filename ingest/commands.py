"""What programs call to change a library. Each holds its write lock while it works."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

from ingest.admit import add, entries_of, expel, settle, with_vectors
from ingest.build import build_pipeline
from ingest.enrich.merging import lacks
from ingest.events import Event, Found, Indexed, Stored
from ingest.gathering import gather
from ingest.glossary import mine_library
from ingest.linking.linked import linked
from ingest.lock import writing
from ingest.pipeline import IngestPipeline
from ingest.sources import ENDINGS, find_repositories
from rag import build
from rag.config import Settings
from rag.errors import SourceError, UnknownPaper
from rag.protocols import Index
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.types import Paper


def ingest(
    sources: Sequence[Path | str],
    library: Path,
    settings: Settings,
    jobs: int = 0,
    *,
    code: bool = False,
    again: bool = False,
) -> Generator[Event, None, None]:
    """Ingests files and folders, and, where a source is a string, arXiv ids, URLs and exports.
    With ``code``, each source is a repository; with ``again``, what is already held is read anew.

    ``jobs`` workers, 0 for the configured number. Closed early, it leaves off after what it has
    told of last.
    """
    if code:
        found = find_repositories([Path(source) for source in sources])
    else:
        found = yield from gather(sources, library, settings.fetch)
    with _opened(library, settings) as (catalog, indexes):
        yield from mine_library(catalog)
        pipeline = replace(build_pipeline(catalog, indexes, settings, jobs), again=again)
        events = pipeline.run(found)
        yield from _enriched(events, pipeline, settings) if settings.enrich.enabled else events


def ingest_papers(
    papers: Iterable[Paper | SourceError], count: int, library: Path, settings: Settings
) -> Iterator[Event]:
    """Ingests ``count`` papers that were read before: records, or papers of another library.

    A SourceError among them becomes an event.
    """
    with _opened(library, settings) as (catalog, indexes):
        yield from mine_library(catalog)
        yield from build_pipeline(catalog, indexes, settings, jobs=1).run_parsed(papers, count)


def enrich(library: Path, paper_ids: Sequence[str], settings: Settings) -> Iterator[Event]:
    """Looks papers up in the services of ``[enrich]``, ``enabled`` or not: to call it is to allow
    it. All that lack something, if no ids are given. Raises UnknownPaper.
    """
    from ingest.enrich.library import enrich_papers

    Catalog(library).close()  # says so if there is no library, rather than making one
    with _opened(library, settings) as (catalog, indexes):
        yield from mine_library(catalog)
        lacking = [row.paper_id for row in catalog.papers() if lacks(row.metadata)]
        chosen = [catalog.paper(paper_id).paper_id for paper_id in paper_ids] or lacking
        yield Found(len(chosen))
        pipeline = build_pipeline(catalog, indexes, settings, jobs=1)
        yield from enrich_papers(chosen, pipeline, settings.enrich)


def remove(library: Path, paper_id: str, settings: Settings) -> None:
    """Removes a paper. Raises UnknownPaper."""
    Catalog(library).close()  # says so if there is no library, rather than making one
    with _opened(library, settings) as (catalog, indexes):
        if not catalog.find(paper_id=paper_id):
            raise UnknownPaper(f"no paper {paper_id!r} in {library}: `scholium papers` lists them")
        expel(paper_id, indexes, catalog)


def relocate(sources: Mapping[str, str], library: Path, settings: Settings) -> None:
    """Records where papers' files are now: paper id to source."""
    with _opened(library, settings) as (catalog, _):
        catalog.move(sources)


def keep_only(sources: Mapping[str, str], library: Path, settings: Settings) -> None:
    """Removes all papers but those of ``sources``, paper id to source, and records where these are.

    An ingest leaves a copied paper where it was first found; this one takes the copy's place down.
    """
    with _opened(library, settings) as (catalog, indexes):
        for paper in catalog.papers():
            if paper.paper_id not in sources:
                expel(paper.paper_id, indexes, catalog)
        catalog.move(sources)


def reindex(library: Path, settings: Settings) -> Iterator[Event]:
    """Cuts, embeds and indexes every paper anew from the catalog, under today's settings; papers of
    an older version get their references and links.

    Readers use the old indexes until one transaction puts the new ones in their place. Raises
    CostLimit where what a language model is to write would pass the limit; the old ones stay then.
    """
    with ExitStack() as stack:
        Catalog(library).close()  # says so if there is no library, rather than making one
        stack.enter_context(writing(library))
        catalog = stack.enter_context(WritableCatalog(library))
        yield from mine_library(catalog)
        old = int(catalog.meta("index"))
        catalog.clear_staged()
        build.drop_indexes(catalog, settings, keep=old)
        indexes = build.open_indexes(catalog, settings, number=old + 1)
        stack.callback(_close, indexes)
        pipeline = build_pipeline(catalog, indexes, settings, jobs=1)
        remarks = yield from _rebuild(pipeline)
        with catalog.transaction():
            for paper_id, said in remarks.items():
                catalog.put_facts(replace(catalog.paper(paper_id), remarks=said))
            catalog.adopt_staged()
            catalog.set_meta("index", str(old + 1))
            catalog.set_fingerprint(build.fingerprint(settings))
        build.drop_indexes(catalog, settings, keep=old + 1)


def _enriched(
    events: Iterator[Event], pipeline: IngestPipeline, settings: Settings
) -> Iterator[Event]:
    from ingest.enrich.library import beside  # with an HTTP client, which few ingestions need

    return beside(events, pipeline, settings.enrich)


def _rebuild(pipeline: IngestPipeline) -> Generator[Event, None, dict[str, tuple[str, ...]]]:
    """Fills new indexes; the remarks of the papers that have others now."""
    papers = pipeline.catalog.papers()
    yield Found(len(papers))
    remarks = {}
    for row in papers:
        paper = _with_links(row.paper_id, pipeline.catalog)
        made = yield from pipeline.elaborated(paper)
        chunks = made.chunks
        vectors = yield from pipeline.embed(chunks)
        began = perf_counter()
        add(with_vectors(entries_of(paper, chunks), vectors), pipeline.indexes)
        pipeline.catalog.stage(chunks)
        if made.paper.remarks != paper.remarks:
            remarks[row.paper_id] = made.paper.remarks
        yield Indexed(len(chunks), perf_counter() - began)
        yield Stored(row.source, row.paper_id, row.metadata.title, row.pages, len(chunks), True)
    return remarks


def _with_links(paper_id: str, catalog: WritableCatalog) -> Paper:
    """The paper; the links of one that an older version took in are read now."""
    paper = catalog.paper(paper_id)
    if paper.links or paper.references or Path(paper.source).suffix.lower() not in ENDINGS:
        return paper  # projects say themselves what they link to
    paper = linked(paper)
    if paper.links or paper.references:
        with catalog.transaction():
            catalog.put_links(paper)
    return paper


@contextmanager
def _opened(
    library: Path, settings: Settings
) -> Iterator[tuple[WritableCatalog, tuple[Index, ...]]]:
    """The library, to be written, with whatever a crash left behind put right."""
    with writing(library), WritableCatalog(library) as catalog:
        if catalog.is_empty():
            # Indexes without a paper are of a catalog that is gone, or of a run that was stopped.
            build.drop_indexes(catalog, settings, keep=0)
            with catalog.transaction():
                catalog.set_fingerprint(build.fingerprint(settings))
        build.check_settings(catalog, settings)
        build.drop_indexes(catalog, settings, keep=int(catalog.meta("index")))
        indexes = build.open_indexes(catalog, settings)
        try:
            settle(indexes, catalog, partial(build.embedder, settings))
            yield catalog, indexes
        finally:
            _close(indexes)


def _close(indexes: Sequence[Index]) -> None:
    for index in indexes:
        index.close()

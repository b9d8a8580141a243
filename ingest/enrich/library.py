"""Papers of a library come to have what was looked up."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

from ingest.admit import Prepared, admit
from ingest.enrich.build import open_lookup
from ingest.enrich.lookup import Found, LookUp
from ingest.enrich.merging import lacks
from ingest.events import Event, LookedUp, Stored, Unreached
from ingest.glossary import mine
from ingest.pipeline import IngestPipeline
from rag.config_enrich import Enrich
from rag.errors import EmbeddingError
from rag.types import Metadata, Paper

AT_ONCE = 4
_NOT_IN_TIME = "no answer in time: `scholium enrich` asks again"


def beside(events: Iterable[Event], pipeline: IngestPipeline, settings: Enrich) -> Iterator[Event]:
    """An ingestion's ``events``, with the papers that it stores looked up meanwhile.

    Once all are stored, answers are waited for until ``deadline_s`` is over and no longer; what
    is not there by then is left out, and said to be. Nothing that goes wrong fails the ingestion.
    """
    asked: dict[Future[Found], str] = {}
    with open_lookup(settings) as look_up, _threads() as pool:
        for event in events:
            yield event
            if isinstance(event, Stored):
                metadata = pipeline.catalog.paper(event.paper_id).metadata
                if lacks(metadata):
                    asked[pool.submit(look_up, metadata)] = event.paper_id
        end = time.monotonic() + settings.deadline_s
        while asked and (left_s := end - time.monotonic()) > 0:
            for future in wait(asked, left_s, FIRST_COMPLETED).done:
                yield from take(asked.pop(future), _result(future), pipeline)
        for paper_id in asked.values():
            yield Unreached(paper_id, (_NOT_IN_TIME,))


def enrich_papers(
    paper_ids: Iterable[str], pipeline: IngestPipeline, settings: Enrich
) -> Iterator[Event]:
    """Looks papers of the library up, one after the other, however long it takes."""
    with open_lookup(settings) as look_up:
        for paper_id in paper_ids:
            metadata = pipeline.catalog.paper(paper_id).metadata
            yield from take(paper_id, _looked_up(look_up, metadata), pipeline)


def take(paper_id: str, found: Found, pipeline: IngestPipeline) -> Iterator[Event]:
    """Stores what was found of a paper, and tells of it."""
    if found.unreached:
        yield Unreached(paper_id, found.unreached)
    if not found.remarks:
        return
    catalog = pipeline.catalog
    before = catalog.paper(paper_id)
    remarks = tuple(dict.fromkeys((*before.remarks, *found.remarks)))
    after = replace(before, metadata=found.metadata, remarks=remarks)
    try:
        if _reaches_indexes(before.metadata, after.metadata):
            yield from _admitted_anew(after, pipeline)
        else:
            with catalog.transaction():
                catalog.put_facts(after)
    except EmbeddingError as error:
        yield Unreached(paper_id, (f"what was found can't be indexed: {error}",))
        return
    yield LookedUp(paper_id, after.metadata.title, found.remarks)


def _reaches_indexes(before: Metadata, after: Metadata) -> bool:
    """Whether chunks change: their context has the title, filters the year, names the abstract."""
    return (before.title, before.year, before.abstract) != (after.title, after.year, after.abstract)


def _admitted_anew(paper: Paper, pipeline: IngestPipeline) -> Iterator[Event]:
    chunks = pipeline.cut(paper)
    vectors = yield from pipeline.embed(chunks)
    prepared = Prepared(paper, chunks, (paper.paper_id,), mine(paper))
    admit([prepared], vectors, pipeline.indexes, pipeline.catalog)


def _looked_up(look_up: LookUp, metadata: Metadata) -> Found:
    try:
        return look_up(metadata)
    except Exception as error:  # noqa: BLE001  an odd answer must not end the run
        return Found(metadata, unreached=(f"{type(error).__name__}: {error}",))


def _result(future: Future[Found]) -> Found:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001  the same
        return Found(Metadata(), unreached=(f"{type(error).__name__}: {error}",))


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="enrich")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)

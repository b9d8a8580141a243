"""Papers of a library come to have what was looked up."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.admit import Prepared, admit
from ingest.enrich.background import Background, looked_up
from ingest.enrich.build import open_lookup
from ingest.enrich.lookup import Found
from ingest.enrich.merging import lacks
from ingest.events import Event, LookedUp, Stored, Unreached
from ingest.glossary import mine
from ingest.pipeline import IngestPipeline
from rag.config_enrich import Enrich
from rag.errors import CostLimit, EmbeddingError
from rag.types import Metadata, Paper

AT_ONCE = 4
_NOT_IN_TIME = "no answer in time: `scholium enrich` asks again"


def beside(events: Iterable[Event], pipeline: IngestPipeline, settings: Enrich) -> Iterator[Event]:
    """An ingestion's ``events``, with the papers that it stores looked up meanwhile.

    Once all are stored, answers are waited for until ``deadline_s`` is over and no longer; what
    is not there by then is left out, and said to be. Nothing that goes wrong fails the ingestion.
    """
    asked: set[str] = set()
    with open_lookup(settings) as look_up, Background(look_up, AT_ONCE) as background:
        for event in events:
            yield event
            if isinstance(event, Stored):
                metadata = pipeline.catalog.paper(event.paper_id).metadata
                if lacks(metadata):
                    background.put(event.paper_id, metadata)
                    asked.add(event.paper_id)
        end = time.monotonic() + settings.deadline_s
        while asked and (answer := background.get(end)):
            paper_id, found = answer
            asked.discard(paper_id)
            yield from take(paper_id, found, pipeline)
        for paper_id in sorted(asked):
            yield Unreached(paper_id, (_NOT_IN_TIME,))


def enrich_papers(
    paper_ids: Iterable[str], pipeline: IngestPipeline, settings: Enrich
) -> Iterator[Event]:
    """Looks papers of the library up, one after the other, however long it takes."""
    with open_lookup(settings) as look_up:
        for paper_id in paper_ids:
            metadata = pipeline.catalog.paper(paper_id).metadata
            yield from take(paper_id, looked_up(look_up, metadata), pipeline)


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
                catalog.put_glossary(paper_id, mine(after))
    except (EmbeddingError, CostLimit) as error:
        yield Unreached(paper_id, (f"what was found can't be indexed: {error}",))
        return
    yield LookedUp(paper_id, after.metadata.title, found.remarks)


def _reaches_indexes(before: Metadata, after: Metadata) -> bool:
    """Whether the indexes change: chunks have the title for their context, and the year."""
    return (before.title, before.year) != (after.title, after.year)


def _admitted_anew(paper: Paper, pipeline: IngestPipeline) -> Iterator[Event]:
    made = yield from pipeline.elaborated(paper)
    vectors = yield from pipeline.embed(made.chunks)
    prepared = Prepared(made.paper, made.chunks, (paper.paper_id,), mine(made.paper))
    admit([prepared], vectors, pipeline.indexes, pipeline.catalog)

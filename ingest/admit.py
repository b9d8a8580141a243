"""How papers get into a library without ever being half there.

Order is everything. (1) The ids concerned are marked as unsettled in the catalog. (2) The indexes
get the new chunks. (3) One transaction of the catalog makes the papers visible. (4) The chunks of
replaced versions leave the indexes. (5) The marks are taken away. A crash before (3) leaves the
old state, one after it the new; `settle` finishes what was begun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.protocols import Embedder, Index
from rag.store.catalog_writer import WritableCatalog
from rag.types import Chunk, Entry, Glossary, Paper, Vector

ADD_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed, cut and mined paper, and the ids of the papers that it takes the place of."""

    paper: Paper
    chunks: Sequence[Chunk]
    replaces: tuple[str, ...] = ()
    glossary: Glossary = Glossary()


def admit(
    batch: Sequence[Prepared], vectors: Vector, indexes: Iterable[Index], catalog: WritableCatalog
) -> None:
    """Makes papers visible; row i of ``vectors`` is that of the batch's i-th chunk.

    No two papers of a batch may have the same id.
    """
    if len({p.paper.paper_id for p in batch}) < len(batch):
        raise ValueError("two papers of one batch have the same id")
    new = {chunk.chunk_id for prepared in batch for chunk in prepared.chunks}
    old = {c.chunk_id for p in batch for r in p.replaces for c in catalog.chunks_of(r)}
    doubtful = new | old
    catalog.doubt(doubtful)
    entries = [e for p in batch for e in entries_of(p.paper, p.chunks)]
    add(with_vectors(entries, vectors), indexes)
    with catalog.transaction():
        for prepared in batch:
            for replaced in prepared.replaces:
                catalog.drop(replaced)
            catalog.put(prepared.paper, prepared.chunks, prepared.glossary)
    delete(doubtful - catalog.chunks(sorted(doubtful)).keys(), indexes)
    catalog.settle()


def expel(paper_id: str, indexes: Iterable[Index], catalog: WritableCatalog) -> None:
    """Removes a paper, by the same rules."""
    old = {chunk.chunk_id for chunk in catalog.chunks_of(paper_id)}
    catalog.doubt(old)
    with catalog.transaction():
        catalog.drop(paper_id)
    delete(old, indexes)
    catalog.settle()


def settle(
    indexes: Iterable[Index], catalog: WritableCatalog, embedder: Callable[[], Embedder]
) -> None:
    """Finishes what an interrupted run began: the indexes come to hold what the catalog shows.

    ``embedder`` is called only if there is something to embed.
    """
    doubtful = sorted(catalog.unsettled())
    if not doubtful:
        return
    shown = catalog.chunks(doubtful)
    delete(set(doubtful) - set(shown), indexes)
    by_paper: defaultdict[str, list[Chunk]] = defaultdict(list)
    for chunk in shown.values():
        by_paper[chunk.paper_id].append(chunk)
    for paper_id, chunks in by_paper.items():
        vectors = embedder().embed_documents([chunk.indexed_text for chunk in chunks])
        add(with_vectors(entries_of(catalog.paper(paper_id), chunks), vectors), indexes)
    catalog.settle()


def entries_of(paper: Paper, chunks: Sequence[Chunk]) -> list[Entry]:
    """What the indexes are told of a paper's chunks, vectors left out."""
    sections, year = paper.sections, paper.metadata.year
    return [
        Entry(c.chunk_id, c.paper_id, c.indexed_text, sections[c.section].role, year)
        for c in chunks
    ]


def with_vectors(entries: Sequence[Entry], vectors: Vector) -> list[Entry]:
    """The entries with row i of ``vectors`` given to entry i."""
    return [
        Entry(e.chunk_id, e.paper_id, e.text, e.role, e.year, vector)
        for e, vector in zip(entries, vectors, strict=True)
    ]


def add(entries: Sequence[Entry], indexes: Iterable[Index]) -> None:
    """Into every index, in bounded batches."""
    for index in indexes:
        for start in range(0, len(entries), ADD_AT_ONCE):
            index.add(entries[start : start + ADD_AT_ONCE])


def delete(chunk_ids: Iterable[str], indexes: Iterable[Index]) -> None:
    """Out of every index."""
    if ids := sorted(chunk_ids):
        for index in indexes:
            index.delete(ids)

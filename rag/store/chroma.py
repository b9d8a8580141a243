"""Vectors in Chroma: embedded in this process, or a server over HTTP.

Unfiltered, the search is Chroma's (HNSW; Malkov and Yashunin 2016): approximate, with a recall
above .99 at depth 100. Filtered, that graph is slow and loses hits, so a filter that leaves few
chunks has each of them scored, and a wide one sifts a longer unfiltered ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rag.errors import ConfigError, SearchEngineError
from rag.store.allowed import Allowed, Few, Many
from rag.store.chroma_engine import (
    FAILURES,
    PASSING,
    ChromaServer,
    EmbeddedChroma,
    Engine,
    Opened,
    drop_collections,
)
from rag.store.remedies import remedy
from rag.types import Entry, Filter, Ranking, Variant, Vector

__all__ = ["ChromaIndex", "drop_collections"]

FEW = 2000
"""Chunks that a filter may leave to be scored one by one: half a millisecond of arithmetic."""

FEW_OF_ROLES = 16_000
"""The same for a filter by roles alone, where what is fetched is remembered. There are few such, so
that the vectors, which take a second to fetch, are likely to be wanted again; scoring them takes
three milliseconds."""

FEW_PAPERS = 5
"""Papers that are taken to have few chunks without asking how many."""

MAX_SIFTED = 4000
"""How long an unfiltered ranking may get before Chroma's own filter is the quicker way."""

_REBUILD = "if it is damaged or holds other vectors, rebuild it with: scholium reindex"

IDS_AT_ONCE = 5000
"""SQLite takes 32,766 variables in one statement."""

Scores = list[tuple[str, float]]
IdsWithin = Callable[[Filter], Sequence[str]]
T = TypeVar("T")


class ChromaIndex:
    """Cosine similarity over the entries' vectors.

    With ``path``, Chroma runs in this process and keeps its files there: any number of
    processes may read while one writes. With ``url`` (``http://host:port``), a Chroma server
    does; no other host should be able to reach it. ``ids_within`` tells which chunks a filter lets
    through, where somebody knows: Chroma takes long to find out in a large index. Chunks whose
    scores tie with the last of a full ranking may be left out in favour of others of that score.

    Raises ConfigError unless there is just one of ``path`` and ``url``, and on a bad ``url``.
    """

    def __init__(
        self,
        path: Path | None,
        url: str = "",
        collection: str = "chunks",
        name: str = "dense",
        ids_within: IdsWithin | None = None,
    ) -> None:
        self.name = name
        self._ids_within = ids_within
        self._place = url or str(path)
        if path and not url:
            self._engine: Engine = EmbeddedChroma(path, collection)
        elif url and not path:
            self._engine = ChromaServer(url, collection)
        else:
            raise ConfigError(
                f"the vector index needs either a directory or a server, not {path} and {url!r}"
            )

    def add(self, entries: Sequence[Entry]) -> None:
        latest = list({entry.chunk_id: entry for entry in entries}.values())
        vectors = [_vector(entry) for entry in latest]
        with self._translated(), self._engine.writing() as opened:
            for part in _parts(len(latest), opened.client.get_max_batch_size()):
                opened.collection.upsert(
                    ids=[entry.chunk_id for entry in latest[part]],
                    embeddings=np.stack(vectors[part]),
                    metadatas=[_metadata(entry) for entry in latest[part]],
                )

    def delete(self, chunk_ids: Sequence[str]) -> None:
        unique = list(dict.fromkeys(chunk_ids))
        with self._translated(), self._engine.writing() as opened:
            for part in _parts(len(unique), opened.client.get_max_batch_size()):
                opened.collection.delete(ids=unique[part])

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        vectors = [v.vector for v in variants if v.vector is not None]
        found = iter(self._read(lambda opened: self._search(opened, vectors, depth, where)))
        return [
            Ranking.from_scores(
                f"{self.name}/{variant.name}",
                [] if variant.vector is None else next(found),
                depth,
            )
            for variant in variants
        ]

    def ids(self) -> set[str]:
        return set(self._read(lambda opened: opened.collection.get(include=[])["ids"]))

    def refresh(self) -> None:
        """Opens the index anew, so that the next search sees all that was written anywhere."""
        with self._translated():
            self._engine.refresh()

    def close(self) -> None:
        self._engine.close()

    def _read(self, act: Callable[[Opened], T]) -> T:
        """``act`` on the open index; once more on a fresh one if this was written to meanwhile."""
        with self._translated():
            try:
                with self._engine.reading() as opened:
                    return act(opened)
            except PASSING:
                self._engine.refresh()
                with self._engine.reading() as opened:
                    return act(opened)

    def _search(
        self, opened: Opened, vectors: Sequence[Vector], depth: int, where: Filter
    ) -> list[Scores]:
        if not vectors:
            return []
        if not where:
            return _nearest(opened.collection, vectors, depth)
        allowed = self._allowed(opened, where)
        if not allowed.ids:
            return [[] for _ in vectors]
        if isinstance(allowed, Few):
            return [_exact(allowed, vector, depth) for vector in vectors]
        return [_sifted(opened.collection, vector, depth, where, allowed) for vector in vectors]

    def _allowed(self, opened: Opened, where: Filter) -> Allowed:
        cache = opened.allowed  # a write puts another in its place
        known = cache.get(where) if cache else None
        if known is None:
            if self._ids_within:
                known = _told(opened, self._ids_within(where), where)
            else:
                known = _asked(opened, where)
            if cache:
                cache.put(where, known)
        return known

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            raise SearchEngineError(
                f"the vector index {self._place} failed: {error}; {remedy(error, _REBUILD)}"
            ) from error


def _nearest(
    collection: Any, vectors: Sequence[Vector], count: int, where: dict[str, Any] | None = None
) -> list[Scores]:
    found = collection.query(
        query_embeddings=np.stack(vectors), n_results=count, where=where, include=["distances"]
    )
    return [
        [(chunk_id, 1.0 - distance) for chunk_id, distance in zip(ids, distances, strict=True)]
        for ids, distances in zip(found["ids"], found["distances"], strict=True)
    ]


def _exact(allowed: Few, vector: Vector, depth: int) -> Scores:
    """The best ``depth``, and all that tie with the last of them."""
    scores = allowed.vectors @ vector
    if len(scores) <= depth:
        return list(zip(allowed.ids, scores.tolist(), strict=True))
    best = np.flatnonzero(scores >= np.partition(scores, -depth)[-depth])
    return [(allowed.ids[i], float(scores[i])) for i in best]


def _sifted(collection: Any, vector: Vector, depth: int, where: Filter, allowed: Many) -> Scores:
    """The allowed ones of an unfiltered ranking, if enough of them turn up; else Chroma's own."""
    count = int(2 * depth * collection.count() / len(allowed.ids)) + 1
    if count <= MAX_SIFTED:
        scores = [s for s in _nearest(collection, [vector], count)[0] if s[0] in allowed.ids]
        if len(scores) >= min(depth, len(allowed.ids)):
            return scores
    parts = (_nearest(collection, [vector], depth, clause)[0] for clause in _clauses(where))
    return [score for scores in parts for score in scores]


def _many_or_few(opened: Opened, ids: Sequence[str], where: Filter) -> Many | None:
    """None if they are few."""
    few = FEW_OF_ROLES if opened.allowed and where == Filter(roles=where.roles) else FEW
    return Many(frozenset(ids)) if len(ids) > few else None


def _asked(opened: Opened, where: Filter) -> Allowed:
    """What Chroma itself lets through."""
    collection, clauses = opened.collection, _clauses(where)
    if not 0 < len(where.papers) <= FEW_PAPERS:
        ids = [i for clause in clauses for i in collection.get(where=clause, include=[])["ids"]]
        if many := _many_or_few(opened, ids, where):
            return many
    return _few([collection.get(where=clause, include=["embeddings"]) for clause in clauses])


def _told(opened: Opened, ids: Sequence[str], where: Filter) -> Allowed:
    """The same where the ids are known."""
    return _many_or_few(opened, ids, where) or _few(
        [
            opened.collection.get(ids=list(ids[at : at + IDS_AT_ONCE]), include=["embeddings"])
            for at in range(0, len(ids), IDS_AT_ONCE)
        ]
    )


def _few(found: Sequence[Any]) -> Few:
    held = [part for part in found if part["ids"]]
    return Few(
        tuple(chunk_id for part in held for chunk_id in part["ids"]),
        np.concatenate([np.asarray(part["embeddings"], np.float32) for part in held])
        if held
        else np.empty((0, 0), np.float32),
    )


def _clauses(where: Filter) -> list[dict[str, Any]]:
    """The filter in Chroma's terms; several, to be united, where it names very many papers."""
    rest: list[dict[str, Any]] = []
    if where.roles:
        rest.append({"role": {"$in": sorted(str(role) for role in where.roles)}})
    if where.year_from is not None:
        rest.append({"year": {"$gte": where.year_from}})
    if where.year_to is not None:
        rest.append({"year": {"$lte": where.year_to}})
    papers = sorted(where.papers)
    groups = [
        [{"paper_id": {"$in": papers[at : at + IDS_AT_ONCE]}}]
        for at in range(0, len(papers), IDS_AT_ONCE)
    ] or [[]]
    return [_all(group + rest) for group in groups]


def _all(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def _metadata(entry: Entry) -> dict[str, str | int]:
    year = {} if entry.year is None else {"year": entry.year}
    return {"paper_id": entry.paper_id, "role": str(entry.role), **year}


def _vector(entry: Entry) -> Vector:
    if entry.vector is None:
        raise ValueError(f"the entry {entry.chunk_id} has no vector to index")
    return entry.vector


def _parts(count: int, size: int) -> list[slice]:
    return [slice(at, at + size) for at in range(0, count, size)]

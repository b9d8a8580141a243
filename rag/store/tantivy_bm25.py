"""BM25 by tantivy: incremental, durable, filtered inside the engine.

The analyser of `rag.text` makes the terms of chunks and queries alike; tantivy only splits
them at white space, so nothing is analysed twice.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from rag.errors import SearchEngineError
from rag.store.remedies import remedy
from rag.text import analyse
from rag.types import Entry, Filter, Ranking, Variant

MAX_QUERY_TERMS = 512
"""Distinct terms of one query; those further on in its text are left out."""

WRITER_HEAP_BYTES = 48_000_000


class TantivyIndex:
    """BM25 with k1 = 1.2 and b = .75 (Robertson and Zaragoza 2009), in the directory ``path``.

    The idf, ``ln(1 + (N - n + .5) / (n + .5))``, and the average length are those of the whole
    library, also where a filter restricts the search; deleted chunks count until tantivy
    merges their segment away. Lengths are kept in one byte (exact up to 40 terms, within an
    eighth above). A term that stands twice in the query counts twice.

    Readers take no lock and see each commit at their next search. A writer holds tantivy's
    lock, which the system releases when its process dies, during ``add`` and ``delete`` only.
    """

    def __init__(self, path: Path, name: str = "bm25") -> None:
        self.name = name
        self._path = path
        self._writing = threading.Lock()
        self._schema = _schema()
        self._seen: object = None
        with self._engine():
            path.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(path))
            self._index.config_reader("manual")

    def add(self, entries: Sequence[Entry]) -> None:
        with self._writer() as writer:
            for entry in entries:
                writer.delete_documents_by_term("chunk_id", entry.chunk_id)
                writer.add_document(self._document(entry))

    def delete(self, chunk_ids: Sequence[str]) -> None:
        with self._writer() as writer:
            for chunk_id in chunk_ids:
                writer.delete_documents_by_term("chunk_id", chunk_id)

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        with self._engine():
            searcher = self._searcher()
            restrictions = self._restrictions(where)
            return [
                Ranking.from_scores(
                    f"{self.name}/{variant.name}",
                    self._scores(searcher, variant.text, depth, restrictions),
                    depth,
                )
                for variant in variants
            ]

    def ids(self) -> set[str]:
        with self._engine():
            searcher = self._searcher()
            count = searcher.num_docs
            hits = searcher.search(Query.all_query(), count, count=False).hits if count else []
            return {_chunk_id(searcher, address) for _, address in hits}

    def close(self) -> None:
        """Waits for a write in progress; nothing else is held."""
        with self._writing:
            pass

    def _document(self, entry: Entry) -> tantivy.Document:
        year = {} if entry.year is None else {"year": entry.year}
        return tantivy.Document.from_dict(
            {
                "chunk_id": entry.chunk_id,
                "paper_id": entry.paper_id,
                "role": str(entry.role),
                "terms": " ".join(analyse(entry.text)),
                **year,
            },
            self._schema,
        )

    def _scores(
        self, searcher: tantivy.Searcher, text: str, depth: int, restrictions: list[Query]
    ) -> list[tuple[str, float]]:
        terms = dict(islice(Counter(analyse(text)).items(), MAX_QUERY_TERMS))
        if not terms or not searcher.num_docs:
            return []
        query = Query.boolean_query(
            [
                (
                    Occur.Must,
                    Query.boolean_query([(Occur.Should, self._term(*t)) for t in terms.items()]),
                ),
                *((Occur.Must, Query.const_score_query(r, 0.0)) for r in restrictions),
            ]
        )
        return [
            (_chunk_id(searcher, a), float(score))
            for score, a in _with_ties(searcher, query, depth)
        ]

    def _term(self, term: str, count: int) -> Query:
        query = Query.term_query(self._schema, "terms", term, index_option="freq")
        return query if count == 1 else Query.boost_query(query, float(count))

    def _restrictions(self, where: Filter) -> list[Query]:
        queries = []
        if where.papers:
            queries.append(Query.term_set_query(self._schema, "paper_id", sorted(where.papers)))
        if where.roles:
            roles = sorted(str(role) for role in where.roles)
            queries.append(Query.term_set_query(self._schema, "role", roles))
        if where.year_from is not None or where.year_to is not None:
            queries.append(
                Query.range_query(
                    self._schema,
                    "year",
                    tantivy.FieldType.Integer,
                    lower_bound=where.year_from,
                    upper_bound=where.year_to,
                )
            )
        return queries

    def _searcher(self) -> tantivy.Searcher:
        """A searcher over the last commit; every commit puts a new ``meta.json`` in place."""
        state = (self._path / "meta.json").stat()
        commit = (state.st_ino, state.st_mtime_ns, state.st_size)
        if commit != self._seen:
            self._index.reload()
            self._seen = commit
        return self._index.searcher()

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        """One commit: all that is written inside, or nothing."""
        with self._writing, self._engine():
            writer = self._index.writer(WRITER_HEAP_BYTES, 1)
            try:
                yield writer
                writer.commit()
            finally:
                writer.wait_merging_threads()  # this gives the lock back, too

    @contextmanager
    def _engine(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if not isinstance(error, ValueError | OSError) and not _is_panic(error):
                raise
            raise SearchEngineError(self._explain(error)) from error

    def _explain(self, error: BaseException) -> str:
        if "LockBusy" in str(error):
            return f"another process is writing to the BM25 index {self._path}: try again later"
        advice = remedy(error, "if it is damaged, rebuild it with: scholium reindex")
        return f"the BM25 index {self._path} failed: {error}; {advice}"


def _is_panic(error: BaseException) -> bool:
    """Damaged files can make tantivy panic, which is no Exception and has no importable name."""
    return type(error).__name__ == "PanicException"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("chunk_id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("paper_id", "role"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _with_ties(
    searcher: tantivy.Searcher, query: Query, depth: int
) -> list[tuple[float, tantivy.DocAddress]]:
    """The best ``depth`` hits and all that tie with the last, so that ids may settle the ties."""
    limit = depth + 1
    while True:
        hits = searcher.search(query, limit, count=False).hits
        if len(hits) < limit or hits[-1][0] < hits[depth - 1][0]:
            return list(hits)
        limit *= 4


def _chunk_id(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address)["chunk_id"][0])

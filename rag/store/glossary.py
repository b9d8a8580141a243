"""Looks up what the library's papers call things, and which papers a name means.

Every look-up goes by an index of the catalog, so that its time depends on what is found and not
on the size of the library.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from rag.store.catalog import Catalog
from rag.store.filters import ANY_OF, of_papers, of_roles, packed
from rag.types import Filter, KnownTerm, NamedPaper, NameKind

_TERMS = 40
_BEARERS = 1000  # a name that more papers go by tells none of them
_BEGUN = 400
_COLUMNS, _BEARING = "key, kind, paper_id, title, year", "names JOIN papers USING (paper_id)"
_BEYOND = chr(0x10FFFF)  # sorts after whatever a key goes on with


class CatalogGlossary:
    """The glossary of one library; empty for one that was made before there were glossaries."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def of_short(self, keys: Collection[str], papers: frozenset[str]) -> list[KnownTerm]:
        """What short forms with these keys stand for in ``papers``, or in all if there is none.

        The commonest come first.
        """
        return self._terms("short_key", keys, papers)

    def of_long(self, keys: Collection[str], papers: frozenset[str]) -> list[KnownTerm]:
        """The same for long forms: what they are called for short."""
        return self._terms("long_key", keys, papers)

    def named(
        self, keys: Collection[str], kinds: Collection[NameKind], year: int | None = None
    ) -> list[NamedPaper]:
        """The papers with a name of one of ``keys`` and ``kinds``, by key and id.

        With ``year``, those of that year, of one before or after, and of none. A name that a
        thousand have in one way is left out: some of them would look like all.
        """
        condition, values = f"key {ANY_OF}", [packed(keys)]
        if year is not None:
            condition += " AND (year IS NULL OR abs(year - CAST(? AS INTEGER)) <= 1)"
            values.append(str(year))
        alike = "count(*) OVER (PARTITION BY key, kind)"
        sql = (
            f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS}, {alike} AS bearers "
            f"FROM {_BEARING} WHERE {condition} AND kind {ANY_OF}) "
            f"WHERE bearers <= {_BEARERS} ORDER BY key, paper_id"
        )
        return self._papers(sql, [*values, packed(kinds)])

    def beginning(self, key: str, kinds: Collection[NameKind]) -> list[NamedPaper]:
        """The papers with a name whose key begins with ``key``: the first few hundred."""
        sql = (
            f"SELECT {_COLUMNS} FROM {_BEARING} WHERE key >= ? AND key < ? AND kind {ANY_OF} "
            f"ORDER BY key, paper_id LIMIT {_BEGUN}"
        )
        return self._papers(sql, [key, key + _BEYOND, packed(kinds)])

    def leaves_any(self, where: Filter) -> bool:
        """Whether any chunk is let through by ``where``.

        With neither papers nor years it takes a look at up to every section.
        """
        papers, values = of_papers(where)
        roles, wanted = of_roles(where)
        sql = (
            f"SELECT 1 FROM papers WHERE {papers} AND EXISTS ("
            "SELECT 1 FROM chunks JOIN sections ON sections.paper_id = chunks.paper_id "
            "AND sections.position = chunks.section "
            f"WHERE chunks.paper_id = papers.paper_id AND {roles}) LIMIT 1"
        )
        return bool(self._catalog.select(sql, [*values, *wanted]))

    def _terms(self, column: str, keys: Collection[str], papers: frozenset[str]) -> list[KnownTerm]:
        if not papers:
            table, values = "term_counts", [packed(keys)]
        else:
            table = (
                "(SELECT short_key, long_key, short, long, count(*) AS papers, sum(count) AS uses,"
                " max(word) AS words FROM terms"
                f" WHERE paper_id {ANY_OF} GROUP BY short_key, long_key)"
            )
            values = [packed(papers), packed(keys)]
        sql = (
            f"SELECT * FROM {table} WHERE {column} {ANY_OF} "
            f"ORDER BY papers DESC, uses DESC, short_key, long_key LIMIT {_TERMS}"
        )
        return [
            KnownTerm(
                row["short_key"],
                row["long_key"],
                row["short"],
                row["long"],
                row["papers"],
                bool(row["words"]),
            )
            for row in self._select(sql, values)
        ]

    def _papers(self, sql: str, values: list[str]) -> list[NamedPaper]:
        return [
            NamedPaper(row["key"], NameKind(row["kind"]), *row[2:])
            for row in self._select(sql, values)
        ]

    def _select(self, sql: str, values: list[str]) -> list[sqlite3.Row]:
        return self._catalog.select(sql, values) if self._catalog.has_table("term_counts") else []

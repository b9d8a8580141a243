"""A page of the papers that match some words: for libraries too long to look through."""

from __future__ import annotations

from dataclasses import dataclass

from rag.store import rows
from rag.store.connection import Connection
from rag.types import PaperRow

MOST_WORDS = 8
"""Looked for; each is a look at every paper."""


@dataclass(frozen=True, slots=True)
class Listing:
    """``words`` are each to be found in title, authors or id; years are inclusive."""

    words: str = ""
    year_from: int | None = None
    year_to: int | None = None
    limit: int = 50
    offset: int = 0


def listed(catalog: Connection, wanted: Listing) -> tuple[list[PaperRow], int]:
    """The papers of the page, by title, and how many there are on all pages."""
    where, values = _conditions(wanted)
    counts = "(SELECT count(*) FROM chunks WHERE chunks.paper_id = papers.paper_id) AS chunks"
    found = catalog.select(
        f"SELECT {rows.PAPER}, {counts} FROM papers WHERE {where} "
        "ORDER BY title COLLATE NOCASE, paper_id LIMIT ? OFFSET ?",
        [*values, wanted.limit, wanted.offset],
    )
    [total] = catalog.select(f"SELECT count(*) FROM papers WHERE {where}", values)
    return [rows.to_paper_row(row, row["chunks"]) for row in found], int(total[0])


def counted(catalog: Connection) -> tuple[int, int]:
    """How many papers and chunks there are."""
    sql = "SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM chunks)"
    [row] = catalog.select(sql)
    return int(row[0]), int(row[1])


def named(catalog: Connection, paper_id: str) -> PaperRow | None:
    """The paper of that id, if there is one."""
    found = catalog.select(f"SELECT {rows.PAPER} FROM papers WHERE paper_id = ?", [paper_id])
    if not found:
        return None
    sql = "SELECT count(*) FROM chunks WHERE paper_id = ?"
    [chunks] = catalog.select(sql, [paper_id])
    return rows.to_paper_row(found[0], int(chunks[0]))


def _conditions(wanted: Listing) -> tuple[str, list[object]]:
    conditions, values = ["1"], list[object]()
    for word in wanted.words.split()[:MOST_WORDS]:
        conditions.append("instr(folded(title || ' ' || authors || ' ' || paper_id), ?)")
        values.append(word.casefold())
    if wanted.year_from is not None:
        conditions.append("year >= ?")
        values.append(wanted.year_from)
    if wanted.year_to is not None:
        conditions.append("year <= ?")
        values.append(wanted.year_to)
    return " AND ".join(conditions), values

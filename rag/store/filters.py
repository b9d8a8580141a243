"""What a filter lets through: in Python, and in SQL over the catalog."""

from __future__ import annotations

import json
from collections.abc import Collection

from rag.types import Entry, Filter

ANY_OF = "IN (SELECT value FROM json_each(?))"


def admits(where: Filter, entry: Entry) -> bool:
    """Whether ``entry`` satisfies every field of ``where``; an unknown year satisfies no range."""
    if where.papers and entry.paper_id not in where.papers:
        return False
    if where.roles and entry.role not in where.roles:
        return False
    return _in_years(where, entry.year)


def _in_years(where: Filter, year: int | None) -> bool:
    if where.year_from is None and where.year_to is None:
        return True
    if year is None:
        return False
    return (where.year_from is None or where.year_from <= year) and (
        where.year_to is None or year <= where.year_to
    )


def of_papers(where: Filter) -> tuple[str, list[str | int]]:
    """The papers and years of ``where`` in SQL, over ``papers``, and the values of its marks."""
    conditions, values = ["1"], list[str | int]()
    if where.papers:
        conditions.append(f"papers.paper_id {ANY_OF}")
        values.append(packed(where.papers))
    for operator, year in ((">=", where.year_from), ("<=", where.year_to)):
        if year is not None:
            conditions.append(f"year {operator} ?")
            values.append(year)
    return " AND ".join(conditions), values


def of_roles(where: Filter) -> tuple[str, list[str | int]]:
    """The roles of ``where``, over ``sections``."""
    return (f"role {ANY_OF}", [packed(where.roles)]) if where.roles else ("1", [])


def packed(values: Collection[str]) -> str:
    """The value for the mark of ``ANY_OF``, however many they are."""
    return json.dumps(sorted(values))

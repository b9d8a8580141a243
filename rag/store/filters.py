"""What a filter lets through, for the indexes that decide it themselves."""

from __future__ import annotations

from rag.types import Entry, Filter


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

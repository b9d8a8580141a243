"""Looks where the question says: in which papers, years and kinds of section.

What is said beyond doubt becomes a filter of the query. The rest becomes a variant that is searched
for in those places alone, beside the search everywhere: it helps where it is right and does little
harm where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.protocols import Names
from rag.query.places import roles_in, years_in
from rag.query.references import Reference, asked_about, references
from rag.types import Filter, Query, Rewriting, Variant

_TITLE_CHARS = 60


class Routing:
    """Finds papers by what `Names` knows of them.

    The words that name a place stay in the question. A filter of the user's is narrowed and never
    widened; where it has papers already, the question's are left alone. No filter is made that
    would let nothing through.
    """

    name = "routing"

    def __init__(self, names: Names) -> None:
        self._names = names

    def transform(self, query: Query) -> Rewriting:
        """A narrower query, or a variant "narrowed", or both; nothing where no place is named."""
        roles = Filter(roles=roles_in(query.text))
        if query.where.papers:  # of known years, too
            return _rewriting(query, query.where, self._narrowed(query.where, [roles]), ())
        found, years = references(query.text, self._names), years_in(query.text)
        papers = Filter(frozenset(paper.paper_id for each in found for paper in each.papers))
        sure = [papers] if asked_about(query.text, found) else []
        sure += [years.as_filter] if years.of_papers else []
        where = self._narrowed(query.where, sure)
        likely = self._narrowed(where, [papers, years.as_filter, roles])
        return _rewriting(query, where, likely, found)

    def _narrowed(self, where: Filter, places: Sequence[Filter]) -> Filter:
        """``where`` narrowed to one place after the other, but to none that leaves nothing."""
        for place in places:
            narrower = joined(where, place)
            if narrower not in (None, where) and self._leaves_any(narrower):
                where = narrower
        return where

    def _leaves_any(self, where: Filter) -> bool:
        """Taken for granted of sections anywhere: to look through them all would take long."""
        return where == Filter(roles=where.roles) or self._names.leaves_any(where)


def joined(one: Filter, other: Filter) -> Filter | None:
    """What both let through; None if that is nothing."""
    papers, roles = one.papers & other.papers, one.roles & other.roles
    first = max((y for y in (one.year_from, other.year_from) if y is not None), default=None)
    last = min((y for y in (one.year_to, other.year_to) if y is not None), default=None)
    if (one.papers and other.papers and not papers) or (one.roles and other.roles and not roles):
        return None
    if first is not None and last is not None and first > last:
        return None
    return Filter(
        papers or one.papers | other.papers, roles or one.roles | other.roles, first, last
    )


def _rewriting(
    query: Query, where: Filter, likely: Filter, found: Sequence[Reference]
) -> Rewriting:
    sure = replace(query, where=where) if where != query.where else None
    notes = [f"only in {_described(query.where, where, found)}"] if sure else []
    variants: tuple[Variant, ...] = ()
    if likely != where:
        variants = (Variant("narrowed", query.text, where=likely),)
        notes.append(f"rather in {_described(where, likely, found)}")
    return Rewriting(sure, variants, note="; ".join(notes))


def _described(before: Filter, after: Filter, found: Sequence[Reference]) -> str:
    """What ``after`` asks for besides ``before``, for a reader."""
    parts: list[str] = []
    if after.papers != before.papers:
        titles = dict.fromkeys(_short(p.title) for each in found for p in each.papers)
        parts.append(", ".join(titles))
    if (after.year_from, after.year_to) != (before.year_from, before.year_to):
        parts.append(f"{after.year_from or ''}-{after.year_to or ''}")
    if after.roles != before.roles:
        parts.append("sections: " + ", ".join(sorted(after.roles)))
    return "; ".join(parts)


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_CHARS else f"{title[:_TITLE_CHARS].rstrip()}..."

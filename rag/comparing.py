"""Asks one question of several papers of a library, and compares what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.errors import UsageError
from rag.library import Library
from rag.protocols import Comparer
from rag.spending import one_request
from rag.types import Comparison, Filter, Retrieval

LOOKED_AT = 30
"""Hits among which papers are looked for that are about the question."""

MOST_PAPERS = 12


def compare(
    library: Library, comparer: Comparer, question: str, where: Filter, most: int
) -> Comparison:
    """What the papers of ``where`` say on ``question``, each by itself; where it names none, the
    ``most`` that a search of the library finds best. For a budget it is one question.

    Raises UsageError where it names a single paper, or more than `MOST_PAPERS`.
    """
    with one_request():
        titles = {row.paper_id: row.metadata.title for row in library.papers()}
        searches = [] if where.papers else _searches(library, question, where, frozenset(titles))
        ids = _about(library, searches)[:most] if searches else _named(library, where)
        found = comparer.compare(
            question,
            [(paper_id, titles[paper_id]) for paper_id in ids if paper_id in titles],
            lambda paper: library.ask(question, replace(where, papers=frozenset([paper]))),
        )
    return replace(found, usage=sum((each.trace.usage for each in searches), found.usage))


def _named(library: Library, where: Filter) -> list[str]:
    ids = list(dict.fromkeys(library.resolve(name) for name in sorted(where.papers)))
    if not 2 <= len(ids) <= MOST_PAPERS:
        raise UsageError(
            f"{len(ids)} paper{'s' * (len(ids) > 1)} can't be compared: "
            f"name 2 to {MOST_PAPERS}, or none to have them looked for"
        )
    return ids


def _searches(
    library: Library, question: str, where: Filter, every: frozenset[str]
) -> list[Retrieval]:
    """What is found in all of the library. The paper that the question names comes first, but is
    not the only one: others may say otherwise of it.
    """
    found = library.search(question, where, LOOKED_AT)
    if not found.searched.where.papers:
        return [found]
    return [found, library.search(question, replace(where, papers=every), LOOKED_AT)]


def _about(library: Library, searches: Sequence[Retrieval]) -> list[str]:
    """The papers that are about the question, best first."""
    papers = [paper for found in searches for paper in _of_hits(library, found)]
    return list(dict.fromkeys(papers))


def _of_hits(library: Library, found: Retrieval) -> list[str]:
    """The papers of the hits and of what was folded into them: the same words with another number
    may be all the difference.
    """
    ids = [chunk for hit in found.trace.hits for chunk in (hit.chunk_id, *hit.duplicates)]
    homes = library.catalog.homes_of(ids)
    return [homes[chunk].paper_id for chunk in ids if chunk in homes]

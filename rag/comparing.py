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
        papers = _papers(library, question, where, most)
        return comparer.compare(
            question,
            papers,
            lambda paper: library.ask(question, replace(where, papers=frozenset([paper]))),
        )


def _papers(library: Library, question: str, where: Filter, most: int) -> Sequence[tuple[str, str]]:
    titles = {row.paper_id: row.metadata.title for row in library.papers()}
    if not where.papers:
        ids = _about(library, question, where, frozenset(titles))[:most]
        return [(paper_id, titles[paper_id]) for paper_id in ids if paper_id in titles]
    ids = list(dict.fromkeys(library.resolve(name) for name in sorted(where.papers)))
    if not 2 <= len(ids) <= MOST_PAPERS:
        raise UsageError(
            f"{len(ids)} paper{'s' * (len(ids) > 1)} can't be compared: "
            f"name 2 to {MOST_PAPERS}, or none to have them looked for"
        )
    return [(paper_id, titles[paper_id]) for paper_id in ids]


def _about(library: Library, question: str, where: Filter, every: frozenset[str]) -> list[str]:
    """The papers that are about the question, best first. One that it names comes first, but is
    not the only one: others may say otherwise of it.
    """
    found = library.search(question, where, LOOKED_AT)
    papers = _of_hits(library, found)
    if found.searched.where.papers:
        elsewhere = library.search(question, replace(where, papers=every), LOOKED_AT)
        papers += _of_hits(library, elsewhere)
    return list(dict.fromkeys(papers))


def _of_hits(library: Library, found: Retrieval) -> list[str]:
    """The papers of the hits and of what was folded into them: the same words with another number
    may be all the difference.
    """
    ids = [chunk for hit in found.trace.hits for chunk in (hit.chunk_id, *hit.duplicates)]
    homes = library.catalog.homes_of(ids)
    return [homes[chunk].paper_id for chunk in ids if chunk in homes]

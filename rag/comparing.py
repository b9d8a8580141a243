"""Asks one question of several papers of a library, and compares what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.errors import UsageError
from rag.library import Library
from rag.protocols import Comparer
from rag.types import Comparison, Filter

LOOKED_AT = 30
"""Hits among which papers are looked for that are about the question."""

MOST_PAPERS = 12


def compare(
    library: Library, comparer: Comparer, question: str, where: Filter, most: int
) -> Comparison:
    """What the papers of ``where`` say on ``question``, each by itself; where it names none, the
    ``most`` that a search of the library finds best.

    Raises UsageError where it names a single paper, or more than `MOST_PAPERS`.
    """
    papers = _papers(library, question, where, most)
    return comparer.compare(
        question,
        papers,
        lambda paper: library.ask(question, replace(where, papers=frozenset([paper]))),
    )


def _papers(library: Library, question: str, where: Filter, most: int) -> Sequence[tuple[str, str]]:
    if where.papers:
        ids = list(dict.fromkeys(library.resolve(name) for name in sorted(where.papers)))
        if not 2 <= len(ids) <= MOST_PAPERS:
            raise UsageError(
                f"{len(ids)} paper{'s' * (len(ids) > 1)} can't be compared: "
                f"name 2 to {MOST_PAPERS}, or none to have them looked for"
            )
        titles = {row.paper_id: row.metadata.title for row in library.papers()}
        return [(paper_id, titles[paper_id]) for paper_id in ids]
    found = library.search(question, where, LOOKED_AT).evidence
    papers = {each.chunk.paper_id: each.metadata.title for each in found}
    return list(papers.items())[:most]

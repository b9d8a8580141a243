"""What the search among abstracts says of papers, said of their chunks.

A question to a whole library is answered in two steps: which papers are about it, and where in them
does it stand? Searching inside the best papers alone would lose what the first step misses. So its
rankings take part in the fusion instead: in each, a chunk stands where its paper's abstract does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.types import Hit, Ranking

PAPERS = "papers"
"""The variant that is searched for among abstracts."""


def of_papers(ranking: Ranking) -> bool:
    """Whether it ranks papers, by their abstracts."""
    return ranking.source.partition("/")[2] == PAPERS


def lifted(
    rankings: Sequence[Ranking], papers_of: Callable[[Sequence[str]], Mapping[str, str]]
) -> list[Ranking]:
    """The rankings, those of papers turned into rankings of the chunks that the others found.

    There a chunk has the score of its paper's best abstract chunk; those of one paper are level,
    and papers count as one rank each. A chunk whose paper was not found is left out, and so is one
    that ``papers_of``, which tells chunks' papers, does not know.
    """
    if not any(map(of_papers, rankings)):
        return list(rankings)
    found = {hit.chunk_id for r in rankings if not of_papers(r) for hit in r.hits}
    paper_of = papers_of(sorted(found.union(h.chunk_id for r in rankings for h in r.hits)))
    by_paper: dict[str, list[str]] = {}
    for chunk_id in sorted(found & paper_of.keys()):
        by_paper.setdefault(paper_of[chunk_id], []).append(chunk_id)
    return [_lifted(r, paper_of, by_paper) if of_papers(r) else r for r in rankings]


def _lifted(
    ranking: Ranking, paper_of: Mapping[str, str], by_paper: Mapping[str, Sequence[str]]
) -> Ranking:
    best: dict[str, float] = {}
    for hit in ranking.hits:  # best first
        if hit.chunk_id in paper_of:
            best.setdefault(paper_of[hit.chunk_id], hit.score)
    hits = (
        Hit(chunk_id, score, rank)
        for rank, (paper_id, score) in enumerate(best.items(), 1)
        for chunk_id in by_paper.get(paper_id, ())
    )
    return Ranking(ranking.source, tuple(hits))

"""What the search among abstracts says of papers, said of their chunks.

A question to a whole library is answered in two steps: which papers are about it, and where in them
does it stand? Searching inside the best papers alone would lose what the first step misses. So its
rankings take part in the fusion instead: in each, a chunk stands where its paper's abstract does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from rag.types import Hit, Ranking

PAPERS = "papers"
"""The variant that is searched for among abstracts."""


def of_papers(ranking: Ranking) -> bool:
    """Whether it ranks papers, by their abstracts."""
    return ranking.variant == PAPERS


@dataclass(frozen=True, slots=True)
class Home:
    """The paper that a chunk belongs to, and whether that has an abstract to be judged by."""

    paper_id: str
    has_abstract: bool


def lifted(
    rankings: Sequence[Ranking], homes_of: Callable[[Sequence[str]], Mapping[str, Home]], depth: int
) -> list[Ranking]:
    """The rankings, those of papers turned into rankings of the chunks that the others found.

    There a chunk has the score of its paper's best abstract chunk, and chunks of equal score have
    one rank. A paper that was not found has the lowest score; 0 where the ranking has fewer than
    ``depth`` hits, and thus all that match at all. A paper without an abstract has the mean, for
    nothing is known of it. Left out are chunks that ``homes_of`` does not know.
    """
    if not any(map(of_papers, rankings)):
        return list(rankings)
    found = {hit.chunk_id for r in rankings if not of_papers(r) for hit in r.hits}
    homes = homes_of(sorted(found.union(hit.chunk_id for r in rankings for hit in r.hits)))
    chunk_ids = sorted(found & homes.keys())
    return [_lifted(r, homes, chunk_ids, depth) if of_papers(r) else r for r in rankings]


def _lifted(
    ranking: Ranking, homes: Mapping[str, Home], chunk_ids: Sequence[str], depth: int
) -> Ranking:
    best: dict[str, float] = {}
    for hit in ranking.hits:  # best first
        if hit.chunk_id in homes:
            best.setdefault(homes[hit.chunk_id].paper_id, hit.score)
    if not best:
        return Ranking(ranking.source, ())
    lowest = 0.0 if len(ranking.hits) < depth else min(best.values())
    scores = {
        chunk_id: best.get(homes[chunk_id].paper_id, lowest)
        for chunk_id in chunk_ids
        if homes[chunk_id].has_abstract
    }
    mean = fsum(scores.values()) / max(len(scores), 1)
    scores |= dict.fromkeys((c for c in chunk_ids if not homes[c].has_abstract), mean)
    return _with_shared_ranks(Ranking.from_scores(ranking.source, list(scores.items())))


def _with_shared_ranks(ranking: Ranking) -> Ranking:
    scores = dict.fromkeys(hit.score for hit in ranking.hits)
    levels = {score: rank for rank, score in enumerate(scores, 1)}
    hits = (Hit(hit.chunk_id, hit.score, levels[hit.score]) for hit in ranking.hits)
    return Ranking(ranking.source, tuple(hits))

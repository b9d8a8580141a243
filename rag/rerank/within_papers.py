"""Keeps a reranker to the questions that it is good at."""

from __future__ import annotations

from collections.abc import Sequence

from rag.protocols import Reranker
from rag.types import Candidate, Judgement, Query, Ranking

_NOTE = "left as they were: it tells the passages of given papers apart"


class WithinPapers:
    """Has candidates judged where the query is restricted to papers; else their order stays.

    For a reranker that has learned inside papers: there it need not know which paper is meant, and
    over a whole library it ranks what would answer the question in any paper.
    """

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker

    @property
    def name(self) -> str:
        return self._reranker.name

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        if query.where.papers:
            return self._reranker.rerank(query, candidates, rankings)
        scores = tuple(float(candidate.score) for candidate in candidates)
        return Judgement(scores, note=_NOTE)

"""Keeps a costly reranker to the best candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.protocols import Reranker
from rag.types import Candidate, Judgement, Query, Ranking


class FirstOnly:
    """Has the first ``count`` candidates judged; the others come after them in their order."""

    def __init__(self, reranker: Reranker, count: int) -> None:
        self._reranker = reranker
        self._count = count

    @property
    def name(self) -> str:
        return self._reranker.name

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        judged = self._reranker.rerank(query, candidates[: self._count], rankings)
        lowest = min(judged.scores, default=0.0)
        below = (lowest - place for place in range(1, len(candidates) - self._count + 1))
        return replace(judged, scores=(*judged.scores, *below))

"""Searches with several wordings of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.query.asking import Asking
from rag.query.reading import queries
from rag.types import Query, Rewriting, Variant


@dataclass(frozen=True)
class MultiQuery:
    """Several queries for one question, fused (RAG-Fusion; Rackauckas 2024, arXiv 2402.03367).

    ``rewrites`` are asked for in one call, each of another kind: keywords, a paraphrase in the
    vocabulary of papers, the section that would hold the answer, parts of the question (as in
    least-to-most prompting; Zhou et al. 2022, arXiv 2205.10625).
    """

    asking: Asking
    rewrites: int = 4
    name: str = "multi-query"

    def transform(self, query: Query) -> Rewriting:
        reply = self.asking.ask(
            "multi-query-v1",
            [("question", query.text)],
            lambda text: queries(text, query.text, self.rewrites),
            rewrites=self.rewrites,
        )
        return Rewriting(variants=rewritten(reply.value), usage=reply.usage, note=reply.note)


def rewritten(texts: Sequence[str]) -> tuple[Variant, ...]:
    """The variants ``multi-query-1``, ``multi-query-2``..."""
    return tuple(Variant(f"multi-query-{n}", text) for n, text in enumerate(texts, 1))

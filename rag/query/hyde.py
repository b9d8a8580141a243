"""Searches with a passage that would answer the question, if a paper had it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.query.asking import Asking
from rag.query.reading import passage
from rag.types import Query, Rewriting, Variant


@dataclass(frozen=True)
class HyDE:
    """Hypothetical document embeddings (Gao et al. 2022, arXiv 2212.10496).

    Deviation: one passage, not the mean of several vectors, and it is searched for by words
    as well as by its vector. What it claims is never shown: it only has to sound like the paper.
    """

    asking: Asking
    name: str = "hyde"

    def transform(self, query: Query) -> Rewriting:
        reply = self.asking.ask("hyde-v1", [("question", query.text)], passage)
        return Rewriting(variants=hypothetical(reply.value), usage=reply.usage, note=reply.note)


def hypothetical(text: str) -> tuple[Variant, ...]:
    """The variant that searches with the passage ``text``; none without one."""
    return (Variant("hyde", text, passage=True),) if text.strip() else ()

"""Searches with a more general question."""

from __future__ import annotations

from dataclasses import dataclass

from rag.query.asking import Asking
from rag.query.reading import distinct, line
from rag.types import Query, Rewriting, Variant


@dataclass(frozen=True)
class StepBack:
    """Step-back prompting (Zheng et al. 2023, arXiv 2310.06117).

    Deviation: the general question is searched with, beside the original; it is not answered.
    """

    asking: Asking
    name: str = "step-back"

    def transform(self, query: Query) -> Rewriting:
        reply = self.asking.ask("step-back-v1", [("question", query.text)], line)
        variants = general(reply.value, query.text)
        return Rewriting(variants=variants, usage=reply.usage, note=reply.note)


def general(text: str, question: str) -> tuple[Variant, ...]:
    """The variant that asks ``text``, unless it is what ``question`` asks."""
    return tuple(Variant("step-back", each) for each in distinct([text], question))

"""Searches in English for what was asked in another language."""

from __future__ import annotations

from dataclasses import dataclass

from rag.query.asking import Asking
from rag.query.language import is_foreign
from rag.query.reading import distinct, line
from rag.types import Query, Rewriting, Variant


@dataclass(frozen=True)
class Translate:
    """Adds the English translation of a question that is not in English.

    The question itself is searched for too: it may be in the language of the papers, and the
    answer is to be in the language of the question.
    """

    asking: Asking
    name: str = "translate"

    def transform(self, query: Query) -> Rewriting:
        if not is_foreign(query.text):
            return Rewriting()
        reply = self.asking.ask("translate-v1", [("question", query.text)], line)
        variants = tuple(
            Variant("translation", each) for each in distinct([reply.value], query.text)
        )
        return Rewriting(variants=variants, usage=reply.usage, note=reply.note)

"""An answer even when the model fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.errors import ModelError
from rag.protocols import Generator
from rag.types import Draft, Evidence, Query


@dataclass(frozen=True)
class WithFallback:
    """Writes with ``primary``; when its model fails, with ``fallback``, and says why.

    In a stream the draft that comes last supersedes every piece before it, so what a model
    wrote before it failed is replaced as a whole.
    """

    primary: Generator
    fallback: Generator

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        try:
            return self.primary.generate(query, evidence)
        except ModelError as error:
            return explained(self.fallback.generate(query, evidence), error, False)

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        shown = False
        try:
            for item in self.primary.stream(query, evidence):
                yield item
                shown = True
        except ModelError as error:
            yield explained(self.fallback.generate(query, evidence), error, shown)


def explained(draft: Draft, error: ModelError, shown: bool) -> Draft:
    """``draft`` with a note on why it is not the model's; ``shown``: a part of that was seen."""
    if draft.abstained:
        consequence = "without it, no answer was found in the papers"
    elif shown:
        consequence = "what it began is replaced by this answer, extracted from the papers"
    else:
        consequence = "this answer was extracted from the papers without it"
    advice = f"{error.advice[:1].upper()}{error.advice[1:]}." if error.advice else ""
    note = " ".join(filter(None, [f"{error.what}; {consequence}.", advice, draft.note]))
    return replace(draft, note=note, usage=error.usage or draft.usage)

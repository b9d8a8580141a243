"""An answer even when the model fails in the middle of an active method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.errors import ModelError
from rag.protocols import Active, Generator, Search
from rag.types import Draft, Evidence, Query, Step

Explain = Callable[[Draft, ModelError, bool], Draft]
"""The draft with a note on why it is not the model's, and on whether something else was shown."""


@dataclass(frozen=True)
class Rescued:
    """Answers by ``method``; when its model fails, with ``fallback`` from what was first found.

    The steps that were taken stay in the trace, with what they cost.
    """

    method: Active
    fallback: Generator
    explain: Explain

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        shown = False
        try:
            for item in self.method.stream(query, evidence, search):
                yield item
                shown = shown or isinstance(item, str)
        except ModelError as error:
            yield self.explain(self.fallback.generate(query, evidence), error, shown)

"""Asks again with what the first hits say: the sentences nearest to the question.

After the condensed hops of Baleen (Khattab et al. 2021, arXiv 2101.00436), which carry facts from
one round of retrieval into the query of the next. There a trained model chooses the facts; here
words that the question and a sentence share do, the rarer among the hits the better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

from rag.sentences import sentences
from rag.text import analyse
from rag.types import Candidate, Query, Rewriting, Variant

_FEWEST_TERMS, _MOST_TERMS = 4, 60


@dataclass(frozen=True, slots=True)
class CondensedFeedback:
    """``sentences`` of the first ``hits`` follow the question in the variant "feedback"."""

    hits: int = 3
    sentences: int = 2

    def after(self, found: Sequence[Candidate]) -> _Read:
        """A transform that has read ``found``; rarity is counted over all of it."""
        return _Read(self, tuple(candidate.chunk.text for candidate in found))


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found, ready to be asked about."""

    how: CondensedFeedback
    found: tuple[str, ...]
    name: str = "feedback"

    def transform(self, query: Query) -> Rewriting:
        """One variant; nothing where no sentence shares a word with the question."""
        asked = frozenset(analyse(query.text))
        scored = sorted(self._scored(asked), key=lambda pair: -pair[0])
        chosen = [sentence for score, sentence in scored[: self.how.sentences] if score > 0]
        if not chosen:
            return Rewriting()
        text = " ".join([query.text, *chosen])
        return Rewriting(variants=(Variant(self.name, text),), note=" | ".join(chosen))

    def _scored(self, asked: frozenset[str]) -> Iterator[tuple[float, str]]:
        """The sentences of the first hits with the weight of what they share with the question."""
        holding = Counter(term for text in self.found for term in set(analyse(text)))
        for text in self.found[: self.how.hits]:
            for span in sentences(text):
                terms = frozenset(analyse(span.of(text)))
                if _FEWEST_TERMS <= len(terms) <= _MOST_TERMS:
                    shared = sum(log(1 + len(self.found) / holding[t]) for t in terms & asked)
                    yield shared / sqrt(len(terms)), span.of(text)

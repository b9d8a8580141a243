"""Emphasis and extracts by a language model, where one is to judge. Both are one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.protocols import TokenCounter
from rag.select.condensing import extracts, sentences_shown, tokens_shown
from rag.select.passages import united
from rag.select.picking import Picker
from rag.types import Evidence, Query, Selected

WORDS_A_TOKEN = 0.7


@dataclass(frozen=True)
class JudgedEmphasis:
    """Marks what the model picks in place of what was marked before."""

    picker: Picker
    name: str = "emphasis"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        sentences = [sentences_shown(each) for each in evidence]
        picked, usage = self.picker.pick("emphasis-v1", query, evidence, sentences)
        made = tuple(
            replace(each, marked=united(of[n] for n in range(len(of)) if (at, n) in picked))
            for at, (each, of) in enumerate(zip(evidence, sentences, strict=True))
        )
        return Selected(made, f"marked {len(picked)} sentence{'s' * (len(picked) != 1)}", usage)


@dataclass(frozen=True)
class JudgedExtracts:
    """Fuses evidence of more than ``max_tokens`` into the sentences that the model picks.

    After the extracts of RECOMP (Xu, Shi & Choi 2023, arXiv 2310.04408), which a trained encoder
    picks. What they leave may still be too long: `rag.select.condensing` comes after it.
    """

    picker: Picker
    max_tokens: int
    count_tokens: TokenCounter
    name: str = "extracts"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        if tokens_shown(evidence, self.count_tokens) <= self.max_tokens:
            return Selected(tuple(evidence))
        sentences = [sentences_shown(each) for each in evidence]
        words = int(self.max_tokens * WORDS_A_TOKEN)
        picked, usage = self.picker.pick(
            "extract-v1", query, evidence, sentences, max_tokens=self.max_tokens, max_words=words
        )
        if not picked:
            return Selected(tuple(evidence), "the model picked nothing", usage)
        made = extracts(evidence, sentences, picked)
        count = sum(map(len, sentences))
        return Selected(made, f"kept {len(picked)} of {count} sentences", usage)

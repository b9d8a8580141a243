"""Asks one question of several papers, each by itself, and compares what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.compare import rules
from rag.compare.claims import claims_of
from rag.compare.judging import Judge
from rag.errors import ModelError
from rag.threads import side_by_side
from rag.types import Answer, Usage
from rag.types.comparison import ClaimPair, Comparison, PaperClaim

AT_ONCE = 4
"""Papers that are asked at a time."""

NOTHING = "There is nothing to compare: fewer than two papers say anything."

Ask = Callable[[str], Answer]
"""The answer of the paper with that id alone."""


@dataclass(frozen=True)
class Comparer:
    """``judge`` finds the pairs; where it is None or fails, rules do."""

    judge: Judge | None = None

    def compare(self, question: str, papers: Sequence[tuple[str, str]], ask: Ask) -> Comparison:
        """What ``papers`` (id and title) say, in their order. Raises what ``ask`` raises."""
        answers = side_by_side(ask, [paper for paper, _ in papers], AT_ONCE, name="compare")
        of_papers = [claims_of(answer) for answer in answers]
        claims = tuple(claim for each in of_papers for claim in each)
        silent = tuple(p for p, said in zip(papers, of_papers, strict=True) if not said)
        pairs, by_model, note, usage = self._pairs(question, claims)
        failed = dict.fromkeys(answer.note for answer in answers if answer.note)
        spent = sum((answer.usage for answer in answers), usage)
        notes = " ".join(filter(None, [note, *failed]))
        return Comparison(question, claims, pairs, silent, by_model, notes, spent)

    def _pairs(
        self, question: str, claims: Sequence[PaperClaim]
    ) -> tuple[tuple[ClaimPair, ...], bool, str, Usage]:
        if len({claim.paper_id for claim in claims}) < 2:
            return (), False, NOTHING, Usage()
        if self.judge is None:
            return rules.pairs(claims), False, rules.LIMITS, Usage()
        try:
            pairs, usage = self.judge.pairs(question, claims)
        except ModelError as error:
            note = f"{error.what}. {rules.LIMITS}"
            return rules.pairs(claims), False, note, error.usage or Usage()
        return pairs, True, "", usage

"""Whether an answer cites the passages that the annotators point to.

As QASPER's evidence F1 (Dasigi et al. 2021, arXiv 2105.03011), which compares sets of paragraphs
and takes the annotator with the best value. There the paragraphs of both are the same; here they
need not be, so that `eval.relevance` says which are alike: texts of which one holds half of the
other's runs of five words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers.values import Cited, Given
from eval.datasets import Question
from eval.relevance import Shingles, relevant, shingles
from eval.scoring import has_evidence


@dataclass(frozen=True, slots=True)
class Agreement:
    """The share of what is cited that is gold, and of what is gold that is cited."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 if both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def evidence_scores(question: Question, given: Given) -> dict[str, float]:
    """``evidence P``, ``R`` and ``F1`` of what is cited; none without gold in the text.

    A refusal cites nothing and has 0 of each.
    """
    if not has_evidence(question):
        return {}
    cited = [shingles(text) for text in dict.fromkeys(map(cited_paragraph, given.citations))]
    gold = [[shingles(p) for p in passages] for passages in question.evidence]
    best = max(
        (agreement(cited, [p for p in passages if p]) for passages in gold if any(passages)),
        key=lambda each: (each.f1, each.precision),
    )
    return {"evidence P": best.precision, "evidence R": best.recall, "evidence F1": best.f1}


def agreement(cited: Sequence[Shingles], gold: Sequence[Shingles]) -> Agreement:
    """By how many of ``cited`` are like any of ``gold``, and the other way round."""
    if not cited or not gold:
        return Agreement(0.0, 0.0)
    right = sum(any(relevant(own, passage) for passage in gold) for own in cited)
    found = sum(any(relevant(own, passage) for own in cited) for passage in gold)
    return Agreement(right / len(cited), found / len(gold))


def cited_paragraph(cited: Cited) -> str:
    """The paragraphs of the chunk in which the quote stands: the whole chunk if it is not there."""
    text, quote = cited.passage.text, cited.quote
    start = text.find(quote) if quote else -1
    if start < 0:
        return text
    before, after = text.rfind("\n\n", 0, start), text.find("\n\n", start + len(quote))
    return text[max(before, 0) : after if after >= 0 else len(text)].strip()

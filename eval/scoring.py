"""Which measures a question has: by passages, by papers, or by both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.datasets import Question
from eval.documents import DOCUMENT_MEASURES, score_papers
from eval.measures import MEASURES, score

PAPER_MEASURES = ("paper MRR", "paper R@5")
"""Of a question with evidence that is asked of the whole library: was its paper found?"""


def measures_of(questions: Iterable[Question]) -> tuple[str, ...]:
    """The measures that at least one of the questions has."""
    passages = papers = both = False
    for question in questions:
        judged, graded = _has_evidence(question), bool(question.grades)
        passages |= judged
        both |= judged and graded
        papers |= graded and not judged and question.answerable
    return (
        *(MEASURES if passages else ()),
        *(PAPER_MEASURES if both else ()),
        *(name for name in DOCUMENT_MEASURES if papers and not (passages and name in MEASURES)),
    )


def headline(measures: Sequence[str]) -> str:
    """The one measure to look at, if there may be but one."""
    return next((name for name in ("R@700w", "nDCG@10") if name in measures), measures[0])


def score_hits(
    question: Question, texts: Sequence[str], papers: Sequence[str]
) -> dict[str, float] | None:
    """The question's measures, for hits in rank order by their texts and papers.

    None where nothing is known to be relevant: the question is unanswerable, say.
    """
    if not question.answerable:
        return None
    by_passage = score(question.evidence, texts)
    by_paper = score_papers(question.grades, papers) if question.grades else None
    if by_passage and by_paper:
        own = {name: by_paper[name.removeprefix("paper ")] for name in PAPER_MEASURES}
        return {**by_passage, **own}
    return by_passage or by_paper


def _has_evidence(question: Question) -> bool:
    return question.answerable and score(question.evidence, []) is not None

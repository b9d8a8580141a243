"""Which measures a data set has: by passages, by papers, or by both.

A name means one thing within a set: "MRR" is of passages where any question has some, and that of
papers is "paper MRR" then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.datasets import Question
from eval.documents import DOCUMENT_MEASURES, score_papers
from eval.measures import MEASURES, score

PAPER_MEASURES = ("paper MRR", "paper R@5")
"""Of judged papers beside passages: was the question's paper found?"""


def measures_of(questions: Collection[Question]) -> tuple[str, ...]:
    """The measures that at least one of the questions has."""
    passages = any(map(has_evidence, questions))
    papers = any(question.answerable and question.grades for question in questions)
    if not passages:
        return DOCUMENT_MEASURES if papers else ()
    return (*MEASURES, *(PAPER_MEASURES if papers else ()))


def headline(measures: Sequence[str]) -> str:
    """The one measure to look at, if there may be but one."""
    return next((name for name in ("R@700w", "nDCG@10") if name in measures), measures[0])


def score_hits(
    question: Question, texts: Sequence[str], papers: Sequence[str], measures: Collection[str]
) -> dict[str, float] | None:
    """Those of the set's ``measures`` that the question has, for hits in rank order by their
    texts and papers.

    None where nothing is known to be relevant: the question is unanswerable, say.
    """
    if not question.answerable:
        return None
    found = score(question.evidence, texts) or {}
    by_paper = (score_papers(question.grades, papers) if question.grades else None) or {}
    beside = set(MEASURES).issubset(measures)
    found |= {f"paper {name}" if beside else name: value for name, value in by_paper.items()}
    return {name: found[name] for name in measures if name in found} or None


def has_evidence(question: Question) -> bool:
    """Whether it can be scored by passages."""
    return question.answerable and score(question.evidence, []) is not None

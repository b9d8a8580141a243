"""The measures of answers: their names in the order in which they are shown, and what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.answers.abstention import RATIOS, abstention_scores
from eval.answers.attribution import Support, citation_scores, statements
from eval.answers.figures import number_errors
from eval.answers.overlap import must_contain, overlap
from eval.answers.passages import evidence_scores
from eval.answers.sections import Places, section_scores
from eval.answers.values import Given
from eval.datasets import Question
from eval.scoring import has_evidence


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, between 0 and 1. ``lower``: less of it is better."""

    name: str
    what: str
    lower: bool = False


MEASURES = (
    Measure("must contain", "answerable questions whose answer matches all expressions"),
    Measure("answer F1", "shared words with the nearest gold answer"),
    Measure("exact match", "answers that are a gold answer, word for word"),
    Measure("yes/no", "yes-or-no questions whose answer begins with the right word"),
    Measure("evidence P", "cited paragraphs that are gold evidence"),
    Measure("evidence R", "gold evidence that is cited"),
    Measure("evidence F1", "the harmonic mean of the two, question by question"),
    Measure("citation P", "citations that are needed for a statement which they bear out"),
    Measure("citation R", "statements that their citations bear out"),
    Measure("first section", "first citations in a section where the answer stands"),
    Measure("sections", "citations in such a section"),
    Measure("first page", "first citations on the page where the answer stands"),
    Measure("abstention P", "refusals of questions without an answer, of all refusals"),
    Measure("abstention R", "questions without an answer that are refused"),
    Measure("abstention F1", "the harmonic mean of the two, over all questions"),
    Measure("false refusals", "questions with an answer that are refused", lower=True),
    Measure("number errors", "answers with a number that stands nowhere", lower=True),
    Measure("unsupported", "statements that the answer itself marks as unsupported", lower=True),
)
NAMES = tuple(measure.name for measure in MEASURES)
LOWER = frozenset(measure.name for measure in MEASURES if measure.lower)

HEADLINES = ("must contain", "answer F1", "evidence F1", "citation R")
"""The one measure to look at, the first that a set has."""


def headline(measures: Iterable[str]) -> str:
    """Of ``measures``, the one to look at if there may be but one; "" of none."""
    there = tuple(measures)
    return next((name for name in (*HEADLINES, *there) if name in there), "")


def measures_of(questions: Iterable[Question]) -> tuple[str, ...]:
    """The measures that answers to these questions can have."""
    found: set[str] = set()
    for question in questions:
        found |= score_answer(question, Given("", "Yes."), {}, lambda *_: True).keys()
        if question.answerable and (question.section or has_evidence(question)):
            found |= {"first section", "sections"}
    if "abstention R" in found:
        found |= set(RATIOS)
    return tuple(name for name in NAMES if name in found)


def score_answer(
    question: Question, given: Given, places: Places, support: Support
) -> dict[str, float]:
    """What there is to say of one answer, measure by measure, in their order; lacking are those
    that the question, or a refusal, does not have.
    """
    found: Mapping[str, float] = {
        **must_contain(question, given),
        **overlap(question, given),
        **evidence_scores(question, given),
        **citation_scores(given, support),
        **section_scores(question, given, places),
        **abstention_scores(question, given),
        **number_errors(question, given),
        **_unsupported(given),
    }
    return {name: found[name] for name in NAMES if name in found}


def _unsupported(given: Given) -> dict[str, float]:
    if not given.answers:
        return {}
    return {"unsupported": min(1.0, len(given.unsupported) / max(1, len(statements(given))))}

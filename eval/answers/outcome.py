"""What the answers of one configuration, or of a file, came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from eval.answers.abstention import RATIOS, Abstentions
from eval.answers.attribution import Support
from eval.answers.measures import NAMES, score_answer
from eval.answers.overlap import plain
from eval.answers.sections import Places
from eval.answers.values import Cited, Given
from eval.datasets import Question
from eval.measures import mean
from ingest.events import Failed
from rag.config import Settings
from rag.errors import EmbeddingError, ModelError
from rag.types import Usage

TOP = "top paragraph"
"""What taking the first hit of every search for the answer is called."""

CITATION = frozenset({"citation P", "citation R"})
OWN = CITATION | {"number errors", "unsupported"}
"""Measures of who writes; a paragraph that stands for itself has none of them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, what was answered, and what that is worth."""

    question: Question
    given: Given
    scores: dict[str, float]


@dataclass(frozen=True)
class AnswerOutcome:
    """Answers to the same questions in the same order for all that are compared.

    ``settings`` is None for what was not asked here. ``what`` is a line on where the answers are
    from, ``failures`` are papers that could not be read.
    """

    name: str
    rows: tuple[Judged, ...]
    settings: Settings | None = None
    failures: tuple[Failed, ...] = ()
    what: str = ""

    @cached_property
    def means(self) -> dict[str, float]:
        """Each measure over the questions that have it; of abstention also the two ratios."""
        found = {**mean([row.scores for row in self.rows]), **self.abstentions.ratios}
        return {name: found[name] for name in NAMES if name in found}

    @property
    def abstentions(self) -> Abstentions:
        """Which questions were refused, and of which that was due."""
        return Abstentions(
            tuple(row.given.abstained for row in self.rows),
            tuple(not row.question.answerable for row in self.rows),
        )

    @property
    def usage(self) -> Usage:
        """What language models were charged for, over all questions."""
        return sum((row.given.usage for row in self.rows), Usage())

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The questions that got no answer, and why."""
        return [(r.question.question_id, r.given.error) for r in self.rows if r.given.error]

    @property
    def troubles(self) -> list[str]:
        """What went otherwise than asked, and for how many questions."""
        counts = Counter(trouble for row in self.rows for trouble in row.given.troubles)
        return [f"{what} ({n} of {len(self.rows)} questions)" for what, n in counts.items()]

    def scored(self, measure: str) -> int:
        """How many questions a measure's mean is over."""
        if measure in RATIOS:
            return len(self.rows)
        return sum(measure in row.scores for row in self.rows)

    def percentile(self, what: Callable[[Given], float], percentile: float) -> float:
        """Of something that answers have; where it is 0 it is not known. 0 of none."""
        known = [value for row in self.rows if (value := what(row.given))]
        return float(np.percentile(known or [0.0], percentile))


def length(given: Given) -> int:
    """Words of an answer, its markers left out; 0 of a refusal."""
    return len(plain(given.text).split()) if given.answers else 0


def judge(
    questions: Sequence[Question], answers: Iterable[Given], places: Places, support: Support
) -> Iterator[Judged]:
    """The answers with their scores, in order."""
    for question, given in zip(questions, answers, strict=True):
        yield _judged(question, given, places, support)


def _judged(question: Question, given: Given, places: Places, support: Support) -> Judged:
    """Where support can't be decided (a model fails), the answer has no score that asks for it."""
    try:
        return Judged(question, given, score_answer(question, given, places, support))
    except (EmbeddingError, ModelError) as error:
        failed = replace(given, troubles=(*given.troubles, f"not judged: {error}"))
        scores = score_answer(question, given, places, lambda *_: False)
        return Judged(question, failed, _without(scores, CITATION))


def top_paragraphs(
    name: str, questions: Sequence[Question], answers: Iterable[Given], places: Places
) -> AnswerOutcome:
    """What taking the first hit for the answer gives: it never refuses, and cites itself.

    ``name`` is of the configuration whose hits they are.
    """
    rows = judge(questions, map(_top, answers), places, lambda *_: True)  # a paragraph says itself
    own = (replace(row, scores=_without(row.scores, OWN)) for row in rows)
    return AnswerOutcome(TOP, tuple(own), what=f"the first hit of {name} for the answer")


def _without(scores: Mapping[str, float], names: Collection[str]) -> dict[str, float]:
    return {name: value for name, value in scores.items() if name not in names}


def _top(given: Given) -> Given:
    if given.top is None:
        return Given(given.question_id, error=given.error or "nothing was found")
    page = next(iter(given.top.pages), None)
    text = f"{given.top.shown or given.top.text} [1]"
    cited = Cited("[1]", given.top, given.top.text, page)
    return Given(given.question_id, text, citations=(cited,), top=given.top)

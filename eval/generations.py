"""What a language model wrote for questions some other time, standing in for it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.datasets import Question
from rag.errors import UsageError
from rag.query.recorded import Generation, Recorded

REMARK = (
    "What a language model contributes here was recorded beforehand, in {file}: no model was "
    "called, so its time and cost are not in the figures. The model may have known these papers "
    "from its training; part of what its texts gain may be memory, and not carry over to papers "
    "that it has not seen."
)


def recorded_only(
    questions: Sequence[Question], generations: Mapping[str, Generation]
) -> tuple[Question, ...]:
    """The questions that something was written for. Raises UsageError if there is none."""
    kept = tuple(q for q in questions if q.question_id in generations)
    if not kept:
        raise UsageError(
            "the generations are for none of the data set's questions: do their ids agree?"
        )
    return kept


def recorded_for(
    questions: Sequence[Question], generations: Mapping[str, Generation], names: Mapping[str, str]
) -> Recorded:
    """What was written, for a library whose paper ids have these ``names``.

    Questions of one wording are told apart by the papers that they are asked within.
    """
    ids = {name: paper_id for paper_id, name in names.items()}
    by_question: dict[str, Generation] = {}
    within: dict[tuple[str, frozenset[str]], Generation] = {}
    for question in questions:
        if generation := generations.get(question.question_id):
            papers = frozenset(ids[name] for name in question.papers if name in ids)
            by_question[question.text] = within[question.text, papers] = generation
    return Recorded(by_question, within)

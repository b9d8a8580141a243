"""What a language model wrote for questions some other time, standing in for it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from eval.datasets import Question
from eval.paper_names import ids_by_name
from rag.errors import UsageError
from rag.query.reading import wording
from rag.query.recorded import Generation, Recorded

K = TypeVar("K", bound=Hashable)

REMARK = (
    "What a language model contributes here was recorded beforehand, in {file}: no model was "
    "called, so its time and cost are not in the figures. The model may have known these papers "
    "from its training; part of what its texts gain may be memory, and not carry over to papers "
    "that it has not seen."
)


def recorded_only(
    questions: Sequence[Question], generations: Mapping[str, Generation]
) -> tuple[Question, ...]:
    """The questions that something was written for, and that can be told from all others.

    Raises UsageError if there is none.
    """
    known = _unambiguous((_place(q), generations.get(q.question_id)) for q in questions)
    kept = tuple(q for q in questions if known.get(_place(q)))
    if not kept:
        raise UsageError(
            "the generations are for none of the data set's questions: do their ids agree?"
        )
    return kept


def recorded_for(
    questions: Sequence[Question], generations: Mapping[str, Generation], names: Mapping[str, str]
) -> Recorded:
    """What was written, for a library whose paper ids have these ``names``.

    Questions of one wording are told apart by the papers that they are asked within; what was
    written for those that can't be is left out.
    """
    ids = ids_by_name(names)
    given = [(q, generations.get(q.question_id)) for q in questions]
    by_question = _unambiguous((wording(q.text), each) for q, each in given)
    by_place = _unambiguous((_place(q), each) for q, each in given)
    within = {
        (text, frozenset(i for name in papers for i in ids.get(name, ()))): each
        for (text, papers), each in by_place.items()
        if not papers or papers & ids.keys()
    }
    return Recorded(by_question, within)


def _place(question: Question) -> tuple[str, frozenset[str]]:
    """What a search for the question is known by: its wording, and where it is asked."""
    return wording(question.text), frozenset(question.papers)


def _unambiguous(given: Iterable[tuple[K, Generation | None]]) -> dict[K, Generation]:
    """The one generation of each key; none for a key that has several, or questions without."""
    found: defaultdict[K, set[Generation | None]] = defaultdict(set)
    for key, generation in given:
        found[key].add(generation)
    return {key: each for key, (each, *others) in found.items() if each and not others}

"""What is said where a model finds no answer: what is lacking, and the nearest things."""

from __future__ import annotations

from collections.abc import Sequence

from rag.generate.abstaining import missing_words, nearest_things
from rag.generate.candidates import Candidate
from rag.generate.opening import says_not_found
from rag.types import Draft, Evidence, Kind

NOT_FOUND_TEXT = "Not found: the passages found in these papers do not answer the question."


def absent(text: str, question: str, evidence: Sequence[Evidence]) -> Draft | None:
    """What stands for a model's ``text`` that says that there is no answer; None for others."""
    if not says_not_found(text):
        return None
    return Draft(unanswered(question, evidence), (), abstained=True)


def unanswered(question: str, evidence: Sequence[Evidence]) -> str:
    """That there is no answer in ``evidence``, which words of the question are not, and the places
    that come nearest, with the first sentence that is marked in each.
    """
    missing = ", ".join(f"“{word}”" for word in missing_words(question, evidence))
    said = f"{NOT_FOUND_TEXT} None of them speaks of {missing}." if missing else NOT_FOUND_TEXT
    places = nearest_things(evidence, _marked(evidence))
    return f"{said}\n\nThe nearest things found:\n\n{places}" if places else said


def _marked(evidence: Sequence[Evidence]) -> list[Candidate]:
    """The first marked sentence of each passage that has any."""
    return [Candidate(e, e.marked[0], Kind.PARAGRAPH, 0) for e in evidence if e.marked]

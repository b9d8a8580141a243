"""What is said where a model finds no answer: what is lacking, and the nearest things."""

from __future__ import annotations

from collections.abc import Sequence

from rag.citations import cite, reference
from rag.generate.abstaining import NEAREST, missing_words
from rag.generate.candidates import Candidate
from rag.types import Evidence, Kind, Role

NOT_FOUND_TEXT = "Not found: the passages found in these papers do not answer the question."


def unanswered(question: str, evidence: Sequence[Evidence]) -> str:
    """That there is no answer in ``evidence``, which words of the question are not, and the places
    that come nearest, with the first sentence that is marked in each.
    """
    missing = ", ".join(f"“{word}”" for word in missing_words(question, evidence))
    said = f"{NOT_FOUND_TEXT} None of them speaks of {missing}." if missing else NOT_FOUND_TEXT
    places = _places(evidence)
    return f"{said}\n\nThe nearest things found:\n\n{places}" if places else said


def _places(evidence: Sequence[Evidence]) -> str:
    """A line a place, those with marked sentences first, bibliographies only for want of others."""
    read = [each for each in evidence if each.section.role is not Role.REFERENCES] or evidence
    lines: dict[str, str] = {}
    for each in sorted(read, key=lambda one: not one.marked):
        page, sentence = _marked(each)
        place = reference(each, page)
        lines.setdefault(place, f"- {place}: “{sentence}”" if sentence else f"- {place}")
    return "\n".join([*lines.values()][:NEAREST])


def _marked(evidence: Evidence) -> tuple[int | None, str]:
    """The first page of a passage, or that of its first marked sentence; and the sentence."""
    if not evidence.marked:
        return next(iter(evidence.chunk.pages), None), ""
    span = evidence.marked[0]
    return cite(1, evidence, span).page, Candidate(evidence, span, Kind.PARAGRAPH, 0).shown

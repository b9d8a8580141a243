"""What is said instead of an answer: what was looked for in vain, and the nearest things found."""

from __future__ import annotations

from collections.abc import Sequence

from rag.citations import cite, reference
from rag.generate.candidates import Candidate
from rag.generate.rarity import rarity
from rag.generate.reading import terms_of, unmet_words
from rag.text import analyse
from rag.types import Draft, Evidence, Role

NEAREST = 3
"""How many places are named."""

TELLING = 0.2
"""Of this rarity a word must be to be named as missing: that no passage has "explain" says little.
"""


def not_found(question: str, evidence: Sequence[Evidence], near: Sequence[Candidate]) -> Draft:
    """The abstention; ``near`` are sentences of the evidence, the nearest first."""
    if not evidence:
        return Draft("Not found in these papers: nothing there matches the question.", (), True)
    said = "Not found in these papers: no sentence answers the question well enough to be quoted."
    if missing := missing_words(question, evidence):
        said += f" No passage found speaks of {_listed(missing)}."
    return Draft(
        f"{said}\n\nThe nearest things found:\n\n{nearest_things(evidence, near)}", (), True
    )


def missing_words(question: str, evidence: Sequence[Evidence]) -> list[str]:
    """The telling words of the question that are neither in the passages nor on title pages."""
    known = terms_of(evidence)
    return [w for w in unmet_words(question, evidence) if _rarity(w, known) >= TELLING]


def _rarity(word: str, known: frozenset[str]) -> float:
    return max(map(rarity, frozenset(analyse(word)) - known))


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def nearest_things(evidence: Sequence[Evidence], near: Sequence[Candidate]) -> str:
    """A line a place: the places of the nearest sentences with these, then those of passages;
    bibliographies only for want of others.
    """
    read = [e for e in evidence if e.section.role is not Role.REFERENCES] or evidence
    lines: dict[str, str] = {}
    for candidate in near:
        if any(candidate.evidence is each for each in read):
            place = reference(candidate.evidence, _page(candidate))
            lines.setdefault(place, f"- {place}: “{candidate.shown}”")
    told = {candidate.evidence.chunk.chunk_id for candidate in near}
    for each in read:
        if each.chunk.chunk_id not in told:
            place = reference(each, next(iter(each.chunk.pages), None))
            lines.setdefault(place, f"- {place}")
    return "\n".join([*lines.values()][:NEAREST])


def _page(candidate: Candidate) -> int | None:
    return cite(1, candidate.evidence, candidate.span).page

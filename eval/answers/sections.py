"""Whether an answer's citations point to where the answer stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from eval.answers.values import Cited, Given
from eval.datasets import Question
from eval.paper_names import ids_by_name, listed
from eval.places import evidence_sections
from rag.naming import key
from rag.store.catalog import Catalog

_NUMBER = re.compile(r"(?:\d+|[A-Z]|[IVXL]+)(?:\.\d+)*\.?\s+")


def one_heading(first: str, second: str) -> bool:
    """Whether two headings are one, whose number one of them may leave out."""
    first_key, second_key = key(first), key(second)
    return first_key == second_key or (
        first_key == key(_unnumbered(second)) or key(_unnumbered(first)) == second_key
    )


def _unnumbered(heading: str) -> str:
    number = _NUMBER.match(heading)
    return heading[number.end() :] if number else heading


@dataclass(frozen=True, slots=True)
class Place:
    """A section that is right to cite, by its heading, in any of ``papers`` (ids; none: in all).

    A citation that does not say which paper it is of is taken to be of one of them.
    """

    papers: frozenset[str]
    heading: str

    def holds(self, cited: Cited) -> bool:
        """Whether the citation points into the section, or into one inside it."""
        passage = cited.passage
        elsewhere = bool(self.papers and passage.paper) and passage.paper not in self.papers
        return not elsewhere and any(one_heading(self.heading, each) for each in passage.path)


Places = Mapping[str, Sequence[Place]]
"""By question id; questions of which none is known are left out."""


def told_places(questions: Iterable[Question], names: Mapping[str, str]) -> dict[str, list[Place]]:
    """Where the questions themselves say that the answer stands.

    ``names`` maps paper ids to names; without them, the section of any paper is right.
    """
    ids = ids_by_name(names)
    return {
        question.question_id: [
            Place(frozenset(i for name in question.papers for i in ids.get(name, ())), told)
        ]
        for question in questions
        if (told := question.section) and question.answerable
    }


def untrue_sections(
    questions: Iterable[Question], catalog: Catalog, names: Mapping[str, str]
) -> list[str]:
    """A remark on the sections that questions tell and their papers don't have; none if they do."""
    ids = ids_by_name(names)

    @cache
    def headings(paper_id: str) -> tuple[str, ...]:
        return tuple(section.heading for section in catalog.paper(paper_id).sections)

    wrong = [
        f"{question.section!r} ({question.question_id})"
        for question in questions
        if question.section and question.answerable
        if (papers := [i for name in question.papers for i in ids.get(name, ())])
        if not any(one_heading(question.section, each) for i in papers for each in headings(i))
    ]
    if not wrong:
        return []
    named = (
        "1 question names a section that is not in its paper"
        if len(wrong) == 1
        else f"{len(wrong)} questions name sections that are not in their papers"
    )
    return [f"{named}; there every citation counts as wrong: {listed(wrong)}"]


def evidence_places(
    questions: Iterable[Question], catalog: Catalog, names: Mapping[str, str]
) -> dict[str, list[Place]]:
    """Where the annotators' passages stand, each of them a right place."""
    found = {}
    for question_id, homes in evidence_sections(questions, catalog, names).items():
        if any(homes):
            held = dict.fromkeys((h.paper_id, h.section.heading) for h in homes if h)
            found[question_id] = [Place(frozenset({paper}), heading) for paper, heading in held]
    return found


def section_scores(question: Question, given: Given, places: Places) -> dict[str, float]:
    """``first section``: whether the first citation points into a right section; ``sections``: the
    share of all that do; ``first page``: whether the first is of the page that the question tells.

    None for what is not known of the question, 0 for an answer without a citation.
    """
    if not question.answerable:
        return {}
    cited, found = given.citations, dict[str, float]()
    if right := places.get(question.question_id):
        hits = [any(place.holds(each) for place in right) for each in cited]
        found["first section"] = float(any(hits[:1]))
        found["sections"] = sum(hits) / len(hits) if hits else 0.0
    if question.page is not None:
        found["first page"] = float(any(each.page == question.page for each in cited[:1]))
    return found

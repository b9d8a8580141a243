"""In which sections a question's evidence stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from eval.datasets import Question
from eval.paper_names import ids_by_name
from eval.relevance import Shingles, shingles
from rag.library import Library
from rag.store.catalog import Catalog
from rag.types import Paper, Section

UNPLACED = "not found"
"""Of a passage that no section holds half of: a PDF's text was read otherwise, say."""


@dataclass(frozen=True, slots=True)
class Held:
    """A section, and the runs of words that stand in it, its subsections' left out."""

    paper_id: str
    section: Section
    words: Shingles


def evidence_roles(
    questions: Sequence[Question], library: Library, names: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Question id to the roles of the sections in which its passages stand.

    ``names`` maps paper ids to names. Questions without evidence are left out.
    """
    return {
        question_id: frozenset(str(home.section.role) if home else UNPLACED for home in homes)
        for question_id, homes in evidence_sections(questions, library.catalog, names).items()
    }


def evidence_sections(
    questions: Iterable[Question], catalog: Catalog, names: Mapping[str, str]
) -> dict[str, tuple[Held | None, ...]]:
    """Question id to the section of each of its passages, None where it stands in none."""
    ids = ids_by_name(names)

    @cache
    def sections(paper_id: str) -> tuple[Held, ...]:
        return tuple(_sections(catalog.paper(paper_id)))

    found = {}
    for question in questions:
        named = question.papers or tuple(question.grades)
        held = [s for name in named for paper_id in ids.get(name, ()) for s in sections(paper_id)]
        passages = [shingles(p) for passages in question.evidence for p in passages]
        if any(passages):
            found[question.question_id] = tuple(_home(p, held) for p in passages if p)
    return found


def _sections(paper: Paper) -> Iterator[Held]:
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for element in paper.elements:
        texts[element.section].append(element.span.of(paper.text))
    for index, parts in texts.items():
        yield Held(paper.paper_id, paper.sections[index], shingles("\n".join(parts)))


def _home(passage: Shingles, held: Sequence[Held]) -> Held | None:
    """The section that has most of the passage, if it has half of it; of equal ones the first."""
    best = max(held, key=lambda section: len(passage & section.words), default=None)
    return best if best and len(passage & best.words) >= len(passage) / 2 else None

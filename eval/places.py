"""In which sections a question's evidence stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from eval.datasets import Question
from eval.paper_names import ids_by_name
from eval.relevance import Shingles, shingles
from rag.library import Library
from rag.types import Paper, Role

UNPLACED = "not found"
"""Of a passage that no section holds half of: a PDF's text was read otherwise, say."""


def evidence_roles(
    questions: Sequence[Question], library: Library, names: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Question id to the roles of the sections in which its passages stand.

    ``names`` maps paper ids to names. Questions without evidence are left out.
    """
    ids = ids_by_name(names)

    @cache
    def sections(paper_id: str) -> tuple[tuple[Role, Shingles], ...]:
        return tuple(_sections(library.catalog.paper(paper_id)))

    roles = {}
    for question in questions:
        named = question.papers or tuple(question.grades)
        held = [s for name in named for paper_id in ids.get(name, ()) for s in sections(paper_id)]
        passages = [shingles(p) for passages in question.evidence for p in passages]
        if any(passages):
            roles[question.question_id] = frozenset(_role(p, held) for p in passages if p)
    return roles


def _sections(paper: Paper) -> Iterator[tuple[Role, Shingles]]:
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for element in paper.elements:
        texts[element.section].append(element.span.of(paper.text))
    for index, parts in texts.items():
        yield paper.sections[index].role, shingles("\n".join(parts))


def _role(passage: Shingles, sections: Sequence[tuple[Role, Shingles]]) -> str:
    shared = [(len(passage & held), -i, role) for i, (role, held) in enumerate(sections)]
    best = max(shared, default=(0, 0, Role.OTHER))
    return str(best[2]) if best[0] >= len(passage) / 2 else UNPLACED

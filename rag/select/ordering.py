"""Passages of one section are read in the order of the paper, where the best of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.select.passages import ranked
from rag.types import Evidence, Query, Selected


@dataclass(frozen=True)
class PaperOrder:
    """Sections keep the order of their best passages."""

    name: str = "order"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        del query
        made = in_paper_order(evidence)
        moved = sum(new is not old for new, old in zip(made, evidence, strict=True))
        return Selected(ranked(made), f"moved {moved} passages" if moved else "")


def in_paper_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, section by section."""
    sections: dict[tuple[str, int], list[Evidence]] = {}
    for each in evidence:
        sections.setdefault((each.chunk.paper_id, each.chunk.section), []).append(each)
    return [
        each
        for passages in sections.values()
        for each in sorted(passages, key=lambda one: one.chunk.span.start)
    ]

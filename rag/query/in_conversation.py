"""Puts a follow-up into words of its own, and to the papers that the conversation is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.protocols import Names, QueryTransform
from rag.query.cited import Meant, meant
from rag.query.references import references
from rag.types import Filter, Query, Rewriting, Variant

CITED = "cited"
"""The variant that searches the papers that were cited."""

_TITLE_CHARS = 60


@dataclass(frozen=True)
class InConversation:
    """Has ``wording`` rewrite the question, and looks where `rag.query.cited` says.

    Papers that are meant beyond doubt become the query's filter, others a variant beside the search
    everywhere. A question that names a paper itself is left to the routing, and what was removed
    from the library since it was cited is passed over.
    """

    wording: QueryTransform
    names: Names
    name: str = "contextualise"

    def transform(self, query: Query) -> Rewriting:
        if not query.history:
            return Rewriting()
        made = self.wording.transform(query)
        spoken_of = self._spoken_of(query)
        within = replace(
            query.where, papers=frozenset(paper.paper_id for paper in spoken_of.papers)
        )
        if not within.papers or within == query.where:
            return made
        titles = ", ".join(p.title[:_TITLE_CHARS] or p.paper_id for p in spoken_of.papers)
        asked = made.query or query
        if spoken_of.sure:
            note = _noted(made.note, f"only in {titles}")
            return replace(made, query=replace(asked, where=within), note=note)
        likely = Variant(CITED, asked.text, where=within)
        return replace(made, variants=(likely,), note=_noted(made.note, f"rather in {titles}"))

    def _spoken_of(self, query: Query) -> Meant:
        """What is meant of what is there, within the papers that the question is limited to."""
        found = meant(query.text, query.history)
        limits = query.where.papers
        papers = tuple(
            paper
            for paper in found.papers
            if (not limits or paper.paper_id in limits) and self._is_there(paper.paper_id)
        )
        if not papers or references(query.text, self.names):
            return Meant()
        return Meant(papers, found.sure)

    def _is_there(self, paper_id: str) -> bool:
        return self.names.leaves_any(Filter(frozenset({paper_id})))


def _noted(*notes: str) -> str:
    return "; ".join(filter(None, notes))

"""Stage one of a search in the library: which papers are about it, judged by their abstracts."""

from __future__ import annotations

from dataclasses import replace

from rag.lifting import PAPERS
from rag.types import Query, Rewriting, Role, Variant

_ABSTRACTS = frozenset({Role.ABSTRACT})


class PapersFirst:
    """Has the question's words searched for among abstracts, too: the index that there is will do.

    Every chunk then counts by its paper as well as by itself (`rag.lifting`). Vectors of abstracts
    were found to add nothing to their words. Where the papers are given there is nothing to choose.
    """

    name = "papers"

    def transform(self, query: Query) -> Rewriting:
        """The variant "papers", unless the query is restricted to papers."""
        if query.where.papers:
            return Rewriting()
        abstracts = replace(query.where, roles=_ABSTRACTS)
        return Rewriting(variants=(Variant(PAPERS, query.text, where=abstracts, by_words=True),))

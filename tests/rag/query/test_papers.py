from __future__ import annotations

from rag.query.papers import PapersFirst
from rag.types import Filter, Query, Rewriting, Role, Variant


def test_abstracts_are_searched_inside_the_users_years() -> None:
    query = Query("q", Filter(roles=frozenset({Role.METHOD}), year_from=2019))
    where = Filter(roles=frozenset({Role.ABSTRACT}), year_from=2019)
    made = PapersFirst().transform(query)
    assert made == Rewriting(variants=(Variant("papers", "q", where=where, by_words=True),))


def test_where_papers_are_given_there_is_nothing_to_choose() -> None:
    query = Query("q", Filter(papers=frozenset({"p1"})))
    assert PapersFirst().transform(query) == Rewriting()

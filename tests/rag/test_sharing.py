"""Room for each paper among the hits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.distinct import Distinct
from rag.sharing import shared
from rag.types import Chunk, Span


def hits(papers: str) -> list[Distinct]:
    """One hit for each letter, which is its paper, best first."""
    return [
        Distinct(Chunk(f"{paper}{n}", paper, 0, Span(n, n + 1), "x", "", (0,), ()), -n)
        for n, paper in enumerate(papers)
    ]


@pytest.mark.parametrize(
    ("found", "asked", "keep", "kept"),
    [
        ("aaaabbbb", "a", 4, "a0 a1 a2 a3"),
        ("aaaabbbb", "", 4, "a0 a1 a2 a3"),
        ("aaaabbbb", "ab", 4, "a0 a1 a2 b4"),
        ("aaaaaabbbb", "ab", 8, "a0 a1 a2 a3 a4 a5 b6 b7"),
        ("abababab", "ab", 4, "a0 b1 a2 b3"),
        ("aaaa", "ab", 3, "a0 a1 a2"),
        ("aaabc", "abc", 3, "a0 b3 c4"),
        ("aaabcd", "abcd", 3, "a0 a1 a2"),
        ("aab", "ab", 1, "a0"),
    ],
)
def test_papers_asked_about_have_room(found: str, asked: str, keep: int, kept: str) -> None:
    chosen = shared(hits(found), frozenset(asked), keep)
    assert " ".join(each.chunk.chunk_id for each in chosen) == kept


@given(st.text("abc", max_size=30), st.sets(st.sampled_from("abcd")), st.integers(1, 12))
def test_as_many_as_there_are_and_in_their_order(found: str, asked: set[str], keep: int) -> None:
    given_hits = hits(found)
    chosen = shared(given_hits, frozenset(asked), keep)
    assert len(chosen) == min(keep, len(given_hits))
    places = [given_hits.index(each) for each in chosen]
    assert places == sorted(set(places))

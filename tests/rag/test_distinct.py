from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.distinct import Distinct, distinct
from rag.types import Chunk, Span


def chunk(chunk_id: str, text: str, start: int = 0, paper_id: str = "p1") -> Chunk:
    return Chunk(chunk_id, paper_id, 0, Span(start, start + len(text)), text, "", ())


def test_a_repeated_text_is_folded_into_the_better_hit() -> None:
    text = "the model is trained with adam and a warm up of four thousand steps"
    found = [
        (chunk("a", text), 3.0),
        (chunk("b", text + " indeed", paper_id="p2"), 2.0),
        (chunk("c", "an entirely different sentence about data", start=500), 1.0),
    ]
    kept = distinct(found, overlap=0.8)
    assert [(d.chunk.chunk_id, d.duplicates) for d in kept] == [("a", ("b",)), ("c", ())]


def test_overlapping_windows_of_one_paper_are_folded() -> None:
    found = [(chunk("a", "x" * 100, 0), 2.0), (chunk("b", "y" * 100, 15), 1.0)]
    assert len(distinct(found, overlap=0.8)) == 1
    assert len(distinct(found, overlap=0.9)) == 2


def test_the_same_place_in_another_paper_is_another_place() -> None:
    found = [(chunk("a", "x" * 100), 2.0), (chunk("b", "y" * 100, paper_id="p2"), 1.0)]
    assert len(distinct(found, overlap=0.8)) == 2


def test_only_as_many_as_asked_for_are_kept() -> None:
    found = [(chunk(str(i), f"text number {i}", 100 * i), 1.0) for i in range(9)]
    assert [d.chunk.chunk_id for d in distinct(found, 0.8, keep=3)] == ["0", "1", "2"]


def test_the_best_of_two_that_are_repeated_takes_the_repetition() -> None:
    found = [
        (chunk("a", "one two three four five", 0), 3.0),
        (chunk("b", "six seven eight nine ten", 100), 2.0),
        (chunk("c", "six seven eight nine ten", 0), 1.0),  # the place of a, the words of b
    ]
    assert [(d.chunk.chunk_id, d.duplicates) for d in distinct(found, 0.8)] == [
        ("a", ("c",)),
        ("b", ()),
    ]


def repeats(a: Chunk, b: Chunk, overlap: float) -> bool:
    """The definition, as the docstring of `distinct` has it."""
    shared = min(a.span.end, b.span.end) - max(a.span.start, b.span.start)
    near = a.paper_id == b.paper_id and a.span.overlaps(b.span)
    if near and shared >= overlap * min(len(a.span), len(b.span)):
        return True
    ours, theirs = ({*each.text.lower().split()} for each in (a, b))
    larger = max(len(ours), len(theirs))
    return bool(ours and theirs) and len(ours & theirs) >= overlap * larger


def compared_with_all(found: list[tuple[Chunk, float]], overlap: float) -> list[Distinct]:
    """Every chunk compared with every one that stays: slow, and surely right."""
    kept: list[Distinct] = []
    for own, score in found:
        at = next((i for i, d in enumerate(kept) if repeats(own, d.chunk, overlap)), None)
        if at is None:
            kept.append(Distinct(own, score))
        else:
            first = kept[at]
            kept[at] = Distinct(first.chunk, first.score, (*first.duplicates, own.chunk_id))
    return kept


texts = st.lists(st.sampled_from("a B b c d e f".split()), max_size=7).map(" ".join)
places = st.tuples(texts, st.integers(0, 30), st.sampled_from(["p1", "p2"]))
founds = st.lists(places, max_size=12).map(
    lambda each: [(chunk(str(i), *place), -float(i)) for i, place in enumerate(each)]
)
overlaps = st.sampled_from([0.0, 0.3, 0.5, 0.6, 0.8, 0.9, 1.0])


@given(founds, overlaps)
def test_it_finds_what_comparing_all_pairs_finds(
    found: list[tuple[Chunk, float]], overlap: float
) -> None:
    assert distinct(found, overlap) == compared_with_all(found, overlap)


@given(founds, overlaps)
def test_every_chunk_stays_or_is_named_by_one_that_does(
    found: list[tuple[Chunk, float]], overlap: float
) -> None:
    kept = distinct(found, overlap)
    named = [c for d in kept for c in (d.chunk.chunk_id, *d.duplicates)]
    assert sorted(named) == sorted(c.chunk_id for c, _ in found)
    assert all(a.score > b.score for a, b in pairwise(kept))


@given(founds, overlaps, st.integers(1, 12))
def test_keeping_fewer_keeps_the_first(
    found: list[tuple[Chunk, float]], overlap: float, keep: int
) -> None:
    few = [d.chunk for d in distinct(found, overlap, keep)]
    assert few == [d.chunk for d in distinct(found, overlap)][:keep]


@pytest.mark.parametrize("overlap", [0.0, 0.8, 1.0])
def test_nothing_is_distinct_from_nothing(overlap: float) -> None:
    assert distinct([], overlap) == []

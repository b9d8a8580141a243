from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.candidates import Candidate, candidates
from rag.generate.selection import Limits, choose
from rag.types import Kind
from tests.rag.generate.made_evidence import made_evidence

SENTENCES = (
    "Adam is used for all of our training runs.",
    "The batches hold 64 sentences of equal length.",
    "Vienna is a large and quiet town.",
    "Where the loss of every model is defined by the following simple rule",
    "Training runs all use Adam for our runs.",
)
WIDE = Limits(words=100, sentences=10, margin=100.0)


def _candidates(sentences: Sequence[str], paper: str = "paper") -> list[Candidate]:
    item = made_evidence([(Kind.PARAGRAPH, s) for s in sentences])
    item = replace(item, chunk=replace(item.chunk, paper_id=paper))
    return candidates([item])


FOUND = [c for s in SENTENCES for c in _candidates([s])]


def _chosen(odds: Sequence[float], limits: Limits = WIDE) -> list[str]:
    return [c.shown for c in choose(FOUND, np.array(odds), limits)]


@pytest.mark.parametrize(
    ("odds", "limits", "places"),
    [
        ((1, 3, 2, 0, 0), WIDE, (1, 2, 0)),
        ((1, 3, 2, 0, 0), replace(WIDE, sentences=1), (1,)),
        ((1, 3, 2, 0, 0), replace(WIDE, margin=1.5), (1, 2)),
        ((1, 3, 2, 0, 0), replace(WIDE, words=15), (1, 2)),
        ((3, 0, 2, 0, 0), replace(WIDE, words=7), (2,)),
        ((0, 1, 2, 3, 0), replace(WIDE, sentences=2), (3, 2)),
        ((1, 3, 0, 2.2, 0), WIDE, (1, 3, 0, 2)),
        ((0, 1, 2, 3, 0), replace(WIDE, words=3), ()),
    ],
    ids=[
        "the best first, what is said twice once, fragments only alone",
        "sentences",
        "margin",
        "words",
        "too long is passed over",
        "a fragment may be the best",
        "a fragment close to the best",
        "nothing fits",
    ],
)
def test_the_best_that_fit(odds: Sequence[float], limits: Limits, places: tuple[int, ...]) -> None:
    assert _chosen(odds, limits) == [SENTENCES[i] for i in places]


def test_rows_of_a_table_say_the_same_where_all_their_cells_are_the_same() -> None:
    head = "Model | CIFAR-10 accuracy | CIFAR-100 accuracy\n--- | --- | ---\n"
    rows = (
        "ours global | 78.2 | 40.1",
        "ours global | 40.1 | 78.2",
        "ours global | -40.1 | 78.2",
        "ours personal | 78.2 | 40.1",
    )
    tables = [made_evidence([(Kind.TABLE, head + "\n".join(r))]) for r in (rows, rows[:1])]
    chosen = choose(candidates(tables), np.array([5.0, 4.0, 3.0, 2.0, 1.0]), WIDE)
    assert [row.quote for row in chosen] == list(rows)


TWO = [*_candidates(SENTENCES[:2], "a"), *_candidates(SENTENCES[2:3], "b")]


@pytest.mark.parametrize(
    ("papers", "places"),
    [(("a", "b"), (0, 2)), (("a", "b", "c"), (0, 2)), ((), (0, 1)), ((*"abcd",), (0, 1))],
)
def test_two_or_three_papers_have_their_say_in_turn(
    papers: tuple[str, ...], places: tuple[int, ...]
) -> None:
    limits = Limits(words=100, sentences=2, margin=1.5)
    chosen = choose(TWO, np.array([3.0, 2.0, 0.0]), limits, frozenset(papers))
    assert [c.shown for c in chosen] == [SENTENCES[i] for i in places]


@given(
    st.lists(st.floats(-5, 5), min_size=len(TWO), max_size=len(TWO)),
    st.integers(1, 30),
    st.integers(1, 4),
    st.sampled_from([(), ("a",), ("a", "b")]),
)
def test_limits_hold_and_the_best_stands_first(
    odds: list[float], words: int, sentences: int, papers: tuple[str, ...]
) -> None:
    chosen = choose(TWO, np.array(odds), Limits(words, sentences, 2.0), frozenset(papers))
    assert len(chosen) <= sentences
    assert sum(len(c.shown.split()) for c in chosen) <= words
    places = [odds[TWO.index(c)] for c in chosen]
    assert places == sorted(places, reverse=True)

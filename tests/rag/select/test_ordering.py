"""Passages of one section in the order of the paper."""

from __future__ import annotations

import pytest

from rag.select.ordering import PaperOrder
from rag.types import Query
from tests.values import make_evidence, make_paper

PAPER = make_paper({"A": ["a1", "a2", "a3"], "B": ["b1", "b2"]})
BY_TEXT = {each.chunk.text: each for each in make_evidence(PAPER)}


@pytest.mark.parametrize(
    ("found", "read", "note"),
    [
        ("a1 a2 b1", "a1 a2 b1", ""),
        ("a3 a1", "a1 a3", "moved 2 passages"),
        ("b2 a3 b1 a1 a2", "b1 b2 a1 a2 a3", "moved 5 passages"),
        ("", "", ""),
    ],
)
def test_sections_keep_the_place_of_their_best_passage(found: str, read: str, note: str) -> None:
    made = PaperOrder().select(Query("?"), [BY_TEXT[name] for name in found.split()])
    assert [each.chunk.text for each in made.evidence] == read.split()
    assert [each.rank for each in made.evidence] == list(range(1, len(made.evidence) + 1))
    assert made.note == note


def test_papers_are_kept_apart() -> None:
    other = make_evidence(make_paper({"A": ["c1", "c2"]}, paper_id="p9876543210"))
    found = [BY_TEXT["a2"], other[1], BY_TEXT["a1"], other[0]]
    made = PaperOrder().select(Query("?"), found).evidence
    assert [each.chunk.text for each in made] == ["a1", "a2", "c1", "c2"]

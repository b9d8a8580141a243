from __future__ import annotations

from dataclasses import replace

import numpy as np

from rag.rerank.places import places
from rag.types import Candidate, Span
from tests.rag.rerank.candidates import candidate


def placed(start: int, end: int, section: int = 0, paper: str = "p1") -> Candidate:
    made = candidate(f"{paper} {start}")
    chunk = replace(made.chunk, span=Span(start, end), section=section, paper_id=paper)
    return replace(made, chunk=chunk)


def test_neighbours_are_found_whatever_the_order() -> None:
    found = places([placed(500, 900), placed(0, 490), placed(910, 1000)])
    assert found.before.tolist() == [1, -1, 0]
    assert found.after.tolist() == [2, 0, -1]


def test_what_lies_far_apart_or_in_another_paper_is_no_neighbour() -> None:
    far = places([placed(0, 100), placed(501, 600)])
    other = places([placed(0, 100), placed(110, 200, paper="p2")])
    for found in (far, other):
        assert found.before.tolist() == found.after.tolist() == [-1, -1]


def test_where_a_candidate_begins_is_a_share_of_what_is_known_of_its_paper() -> None:
    found = places([placed(0, 100), placed(500, 1000), placed(30, 60, paper="p2")])
    np.testing.assert_allclose(found.start, [0, 0.5, 0.5])


def test_sections_of_one_number_in_two_papers_are_two() -> None:
    found = places([placed(0, 10, 1), placed(10, 20, 1), placed(20, 30, 2), placed(0, 9, 1, "p2")])
    assert found.section.tolist() == [0, 0, 1, 2]
    assert found.size.tolist() == [2, 2, 1, 1]
    assert found.first.tolist() == [1, 0, 1, 1]
    assert found.within.tolist() == [0, 0.5, 0, 0]

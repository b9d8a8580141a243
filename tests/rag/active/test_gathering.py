"""Evidence that comes in several goes, and the bounds of going on."""

from __future__ import annotations

import pytest

from rag.active.bounds import Allowance, Bounds
from rag.active.gathering import Gathered
from rag.types import Completion, Evidence, Usage
from tests.rag.active.conftest import BERT, TRANSFORMER
from tests.values import make_evidence

FIRST, SECOND = make_evidence(TRANSFORMER), make_evidence(BERT)


def ids(evidence: tuple[Evidence, ...]) -> list[str]:
    return [each.chunk.chunk_id for each in evidence]


def test_numbers_stay_when_more_comes() -> None:
    held = Gathered().plus(FIRST).plus(SECOND)
    assert ids(held.evidence) == ids((*FIRST, *SECOND))
    assert [each.rank for each in held.evidence] == [1, 2, 3, 4, 5]


def test_only_what_is_not_held_is_fresh() -> None:
    held = Gathered().plus(FIRST[:2])
    assert held.fresh([*FIRST, FIRST[2], *SECOND], 2) == (FIRST[2], SECOND[0])
    assert held.fresh(FIRST[:2], 9) == ()


def test_what_is_cited_comes_first() -> None:
    held = Gathered().plus(FIRST).led_by([3, 1, 3])
    assert ids(held.evidence) == ids((FIRST[2], FIRST[0], FIRST[1]))
    assert [each.rank for each in held.evidence] == [1, 2, 3]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Bounds(1, 100, 60.0), "active.max_rounds = 1 is reached"),
        (Bounds(2, 10, 60.0), "active.max_tokens = 10 is spent"),
        (Bounds(2, 100, 1e-9), "active.deadline_s = 1e-09 is over"),
    ],
)
def test_a_bound_says_which_it_is(bounds: Bounds, expected: str) -> None:
    allowance = Allowance(bounds)
    allowance.begin()
    allowance.spend(Usage(6, 4))
    assert allowance.begin() == expected


def test_where_the_server_tells_no_tokens_they_are_reckoned() -> None:
    allowance = Allowance(Bounds(9, 20, 60.0))
    allowance.spend_on([{"role": "user", "content": "x" * 40}], Completion("y" * 40, Usage()))
    assert allowance.refusal() == "active.max_tokens = 20 is spent"

"""What a model makes of papers and memory counts as far as the papers bear it out."""

from __future__ import annotations

import json

import pytest

from rag.active.consolidated import Consolidated, Relation, consolidated
from tests.rag.active.conftest import TRANSFORMER
from tests.values import make_evidence

EVIDENCE = make_evidence(TRANSFORMER)


def read(**value: object) -> tuple[tuple[Consolidated, ...], int]:
    return consolidated(json.dumps(value), EVIDENCE, 2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"claim": "There are 8 heads.", "evidence": [1], "own": [1], "relation": "agree"},
            Consolidated("There are 8 heads.", Relation.AGREE, (1,), (1,)),
        ),
        (
            {
                "claim": "Dropout has a rate of 0.1.",
                "evidence": "2",
                "own": 2,
                "relation": "conflict",
                "own_says": "Dropout has a rate of 0.5.",
            },
            Consolidated(
                "Dropout has a rate of 0.1.",
                Relation.CONFLICT,
                (2,),
                (2,),
                "Dropout has a rate of 0.5.",
            ),
        ),
        (
            {"claim": "Adam is used.", "evidence": [], "own": [1], "relation": "own"},
            Consolidated("Adam is used.", Relation.OWN, (), (1,)),
        ),
        (  # what has no evidence is not the papers', whatever it is called
            {"claim": "Adam is used.", "evidence": [7], "own": [1], "relation": "agree"},
            Consolidated("Adam is used.", Relation.OWN, (), (1,)),
        ),
        (  # a conflict needs another side
            {"claim": "There are 8 heads.", "evidence": [1], "own": [], "relation": "conflict"},
            Consolidated("There are 8 heads.", Relation.PAPERS, (1,)),
        ),
    ],
)
def test_a_claim(value: dict[str, object], expected: Consolidated) -> None:
    assert read(**value) == ((expected,), 0)


def test_what_the_evidence_does_not_bear_out_is_left_out() -> None:
    told = {"claim": "There are 12 heads.", "evidence": [1], "own": [1], "relation": "agree"}
    assert read(**told) == ((), 1)


@pytest.mark.parametrize(
    "value", [{"claim": "x"}, {"claim": "", "own": [1]}, {"claim": ["x"], "own": [1]}, {"a": 1}]
)
def test_what_tells_no_claim_is_passed_over(value: dict[str, object]) -> None:
    assert read(**value) == ((), 0)

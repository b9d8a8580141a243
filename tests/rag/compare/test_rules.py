"""Pairs of claims by rule: numbers of one quantity, and denials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.compare.rules import pairs
from rag.types import ClaimPair, Metadata, PaperClaim, Relation


def claims(*texts: str) -> list[PaperClaim]:
    return [PaperClaim(f"p{n}", Metadata(f"Paper {n}"), t, ()) for n, t in enumerate(texts)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The dropout rate is 0.1.", "We use a dropout rate of 0.3.", Relation.CONFLICT),
        ("The dropout rate is 0.1.", "We use a dropout rate of 10 %.", Relation.AGREE),
        ("BERT base has 110M parameters.", "BERT base has 340M parameters.", Relation.CONFLICT),
        (
            "Training the model took 3.5 days.",
            "Training the model took 4 days.",
            Relation.CONFLICT,
        ),
        (
            "Warm-up does not help the training of Transformers.",
            "Warm-up helps the training of deep Transformers.",
            Relation.CONFLICT,
        ),
        ("The dropout rate is 0.1.", "Training took 3.5 days on 8 GPUs.", None),
        ("Warm-up helps training.", "We never saw a cat.", None),
        # a denial about something else, and the number of a case
        (
            "We set the constant k of fusion to sixty, and other values made no difference.",
            "The rankings are joined by fusion with the constant k = 60.",
            None,
        ),
        ("With rank k = 10 the limit is eleven.", "With rank k = 60 the limit is higher.", None),
        ("Eq. (1) sums over rank terms.", "Eq. (2) sums over rank terms.", None),
    ],
)
def test_a_pair(one: str, other: str, expected: Relation | None) -> None:
    for first, second in ((one, other), (other, one)):
        found = pairs(claims(first, second))
        assert [pair.relation for pair in found] == ([expected] if expected else [])


def test_claims_of_one_paper_are_no_pair() -> None:
    same = PaperClaim("p", Metadata("P"), "The dropout rate is 0.1.", ())
    other = PaperClaim("p", Metadata("P"), "The dropout rate is 0.3.", ())
    assert pairs([same, other]) == ()


def test_it_says_why_and_conflicts_come_first() -> None:
    found = pairs(
        claims("The dropout rate is 0.1.", "The dropout rate is 0.1.", "A dropout rate of 0.3.")
    )
    assert found == (
        ClaimPair(Relation.CONFLICT, 0, 2, "0.1 against 0.3, both by the words: dropout, rate"),
        ClaimPair(Relation.CONFLICT, 1, 2, "0.1 against 0.3, both by the words: dropout, rate"),
        ClaimPair(Relation.AGREE, 0, 1, "both say 0.1"),
    )


@given(st.lists(st.text(max_size=60), max_size=5))
def test_pairs_are_of_two_papers(texts: list[str]) -> None:
    made = claims(*texts)
    for pair in pairs(made):
        assert 0 <= pair.first < pair.second < len(made)

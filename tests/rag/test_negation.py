from __future__ import annotations

import pytest

from rag.negation import denies, may_deny, negations


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("BERT never uses dropout.", True),
        ("BERT doesn’t use dropout.", True),
        ("No dropout is used, and it cannot be.", True),
        ("It works without labels.", True),
        ("BERT uses dropout.", False),
        ("No, BERT uses dropout.", False),
        ("BERT uses dropout. No.", False),
        ("Trained with and without dropout.", False),
        ("It is not only fast but small.", False),
        ("Notable knots in Norway.", False),
    ],
)
def test_denies(claim: str, expected: bool) -> None:
    assert denies(claim) == expected


def test_a_passage_may_deny_in_other_words() -> None:
    assert may_deny("It lacks labels.")
    assert may_deny("It has no labels.")
    assert not may_deny("It has labels.")


def test_negations_are_told_apart() -> None:
    assert negations("Neither can't nor never") == {"neither", "not", "nor", "never"}

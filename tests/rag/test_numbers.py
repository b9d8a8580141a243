from __future__ import annotations

import pytest

from rag.numbers import numbers, spelled


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("no digits", set()),
        ("1,000 and 1000 and 1\u202f000", {1000}),
        ("28.4 % and 41.0%", {28.4, 41}),
        ("−0.5, -0.25 and (–3)", {-0.5, -0.25, -3}),
        ("5-10 and pages 3–4", {5, 10, 3, 4}),
        ("65M parameters in 3.5 days", {65, 3.5}),
        ("F1 of GPT-3 and ResNet-50 v2", set()),
        ("in 2, 3 and 4.", {2, 3, 4}),
        ("1. First\n2) second has 7", {7}),
        (".5 of [12]", {0.5, 12}),
        ("h=8, n = 6", {8, 6}),
    ],
)
def test_numbers(text: str, values: set[float]) -> None:
    assert numbers(text) == frozenset(values)


def test_spelled() -> None:
    assert spelled("Eight heads in twelve layers; someone") == {8.0, 12.0}

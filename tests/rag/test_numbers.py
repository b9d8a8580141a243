from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import borne_out, numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("no digits", []),
        ("1,000 and 1000 and 1\u202f000", ["1000", "1000", "1000"]),
        ("−0.5, -0.25 and (–3)", ["-0.5", "-0.25", "-3"]),
        ("5-10 and pages 3–4", ["5", "10", "3", "4"]),
        ("2 × 10⁻⁵ and 10⁴", ["2e-5", "1e4"]),
        ("$2e^{-5}$", ["2e-5"]),
        ("78.3² by others", ["78.3"]),
        ("ﬁve of ﬁfteen", ["5", "15"]),
        ("3x3 and 40×30", ["3", "3", "40", "30"]),
        ("at 0x10", ["0"]),
        ("the large one 3.5", ["3.5"]),
        ("F1 of GPT-3 and ResNet-50 v2", []),
        ("in 2, 3 and 4.", ["2", "3", "4"]),
        ("1. First\n2) second has 7", ["7"]),
        (".5 of [12]", ["0.5", "12"]),
        ("h=8, n = 6", ["8", "6"]),
        ("1e-4, 10^-4, 10^{-4}, 10−4", ["0.0001"] * 4),
        ("5 × 10−4 and 5x10^-4 and 5 · 10^{-4} and 5*10-4", ["0.0005"] * 4),
        ("10^6 and 2×10^{3}", ["1000000", "2000"]),
        ("10-12 and 10–20", ["10", "12", "10", "20"]),
        ("a 3 × 103 matrix", ["3", "103"]),
        ("512 x 10", ["512", "10"]),
    ],
)
def test_numbers_of_one_reading(text: str, values: list[str]) -> None:
    assert numbers(text) == [frozenset({Decimal(value)}) for value in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("28.4 %", ["28.4", ".284"]),
        ("65M", ["65", "65e6"]),
        ("1.5 billion", ["1.5", "1.5e9"]),
        ("32k", ["32", "32e3"]),
    ],
)
def test_numbers_of_two_readings(text: str, values: list[str]) -> None:
    assert numbers(text) == [frozenset(map(Decimal, values))]


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("8 heads", "eight heads", True),
        ("eight heads", "no numbers", False),
        ("eight heads", "h = 8", True),
        ("ninety percent", "90 %", True),
        ("ninety per cent", "0.9", True),
        ("ninety percent", "0.1", False),
        ("twenty-five layers", "25 layers", True),
        ("twenty-five layers", "20 layers, 5 heads", False),
        ("two hundred steps", "200 steps", True),
        ("Three million words", "3M words", True),
        ("a hundred steps", "100 steps", True),
        ("half the data", "50% of the data", True),
        ("half the data", "a third", False),
        ("one of them, or no one", "nothing", True),
        ("one layer", "two layers", False),
        ("8 heads", "h = 8", True),
        ("8 heads", "18 heads and 8.5", False),
        ("0.284", "28.4%", True),
        ("28.4%", "0.284", True),
        ("65 million", "65,000,000", True),
        ("65M", "65 million", True),
        ("a rate of 1e-4", "a rate of 10−4", True),
        ("a rate of 1e-4", "a rate of 10−5", False),
        ("-0.5", "0.5", False),
        ("2 and 3", "2 alone", False),
    ],
)
def test_borne_out(claim: str, text: str, expected: bool) -> None:
    assert borne_out(claim, text) == expected


@given(st.text(alphabet="0123456789.,-−e^{}×10 %M()\n"))
def test_every_text_bears_itself_out(text: str) -> None:
    assert borne_out(text, text)

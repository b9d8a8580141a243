from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import spelled_alike
from rag.verify.quantities import agree, comparable, quantities


def said_in(claim: str, text: str) -> bool:
    found = quantities(spelled_alike(text))
    return all(any(agree(q, each) for each in found) for q in quantities(spelled_alike(claim)))


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("3.5 days", "84 hours", True),
        ("a minute and a half", "90 s", True),
        ("half an hour", "30 minutes", True),
        ("two and a half hours", "150 min", True),
        ("0.32 s", "320 ms", True),
        ("84 days", "84 hours", False),
        ("61 MB", "61 GB", False),
        ("1.2 MWh", "1.2 kWh", False),
        ("16 days", "16 V100 GPUs", False),
        ("40 GPU hours", "40 hours", True),
        ("a 40-hour run", "40 hours", True),
        ("latency of 210 ms", "210", True),
        ("a latency of 210", "210 ms", True),
        ("66M parameters", "66,000,000 weights", True),
        ("66B", "66M", False),
        ("1.55B", "1,550M", True),
        ("34 million", "34 millions", True),
        ("86 epochs", "86 million parameters", False),
        ("86M", "86", True),
        (".818", "81.8 %", True),
        ("81.8", "81.8 %", True),
        ("60M", "60 %", False),
        ("about 52,000", "52,318", True),
        ("52,000", "52,318", False),
        ("nearly 77%", "76.9%", True),
        ("nearly 79%", "76.9%", False),
        ("costs 3.1 points", "-3.1", True),
        ("gains 3.1 points", "-3.1", False),
        ("1.7x", "1.7 times", True),
        ("224 x 224", "224 × 224", True),
        ("the 1990s", "1990", True),
        ("90 words a minute", "90 words per minute", True),
        ("90 words a minute", "90 words per second", False),
        ("90 words/s", "90 words a second", True),
        ("90 words", "90 words a second", True),
        ("by 8, against 0.74 otherwise", "a weight of 8, and 0.74 without", True),
        ("six months", "half a year", True),
        ("36 cm", "0.36 m", True),
        ("$0.04 each", "4 cents each", True),
        ("$4 each", "4 cents each", False),
        ("€5", "$5", False),
        ("480 dollars", "$480 in total", True),
        ("7 negatives", "$K = 7$ negatives", True),
        ("7 hours", "$7$ days", False),
        ("10.6 against 31.4 GB", "10.6 GB and 31.4 GB", True),
        ("10.6 against 31.4 GB", "10.6 days and 31.4 GB", False),
    ],
)
def test_what_says_the_same_amount(claim: str, text: str, expected: bool) -> None:
    assert said_in(claim, text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("3 days", "40 minutes", True),
        ("3 days", "40 GPUs", False),
        ("3%", "0.4", True),
        ("3%", "4 million", False),
        ("in 2017", "40", False),
        ("8 heads", "64 dimensions", True),
    ],
)
def test_what_measures_alike(one: str, other: str, expected: bool) -> None:
    [first], [second] = quantities(spelled_alike(one)), quantities(spelled_alike(other))
    assert comparable(first, second) == comparable(second, first) == expected


def test_a_quantity_knows_its_unit_and_its_noun() -> None:
    [days, gpus] = quantities("It took 3.5 days on 8 V100 cards of ours.")
    assert (days.dimension, days.noun) == ("time", frozenset())
    assert (gpus.dimension, "card" in gpus.noun) == ("", True)


@given(st.text(alphabet="0123456789.,-% kMGBsdayhourxto\n", max_size=40))
def test_every_text_says_its_own_quantities(text: str) -> None:
    assert said_in(text, text)

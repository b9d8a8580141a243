from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import spelled_alike
from rag.verify.mentions import mentions
from rag.verify.placing import numbers_hold
from tests.values import make_evidence, make_paper

LAYERS = "The encoder has 12 layers, each with 8 heads of 64 dimensions. The decoder has 6 layers."
SPLIT = "We use 80% for training, 10% for development and 5% for testing."
DROP = "Removing the walk lowers F1 from 68.2 to 61.5, and without the ranker it falls to 66.0."
SIDES = (
    "On clean speech the phone needs 4.2 s, against 3.1 s for the server; in noise 9.8 and 7.5 s."
)
LISTS = (
    "The old base has 55% accuracy and 58% precision, and the new one 47% and 51%, respectively. "
    "Runs of 16 steps do best: 8 steps give 53 mm and 32 steps 52 mm. "
    "Cutting it brings 61 GB to 8 GB."
)
ASIDES = (
    "It cuts errors by 65.8%, from 0.041 to 0.014, on the S&P 500. A list has 3,100 samples of "
    "cats, then dogs (1,450). Both together reach 63.7 points. The twin net reaches 65.0."
)
APART = (
    "The planner reaches 91% of goals. With 10% of the walls gone it finds 54%. "
    "Both halves have nets."
)
WHOLE = (
    "Of 7,052 policies we labelled 230 by hand. The best words of the old tool [14] are 87%, "
    "against 94% for ours."
)
ACTIVE = "The server asks 100 of the 3,400 clients. It has 47B parameters, but only 13B are active."


@pytest.mark.parametrize(
    ("text", "claim", "expected"),
    [
        (LAYERS, "The encoder has 12 layers.", True),
        (LAYERS, "The decoder has 6 layers.", True),
        (LAYERS, "The encoder has 6 layers.", False),
        (LAYERS, "There are 8 heads in the encoder.", True),
        (LAYERS, "There are 12 heads in the encoder.", False),
        (LAYERS, "There are 64 heads of 8 dimensions.", False),
        (LAYERS, "There are 7 heads.", False),
        (SPLIT, "80% are for training.", True),
        (SPLIT, "5% are for training.", False),
        (SPLIT, "80% of it is for testing.", False),
        (SPLIT, "Training, development and testing get 80, 10 and 5 percent.", True),
        (DROP, "Removing the walk lowers F1 to 61.5.", True),
        (DROP, "F1 falls from 68.2 to 61.5.", True),
        (DROP, "After removing the walk F1 is 68.2.", False),
        (DROP, "Without the ranker F1 is 61.5.", False),
        (SIDES, "In noise the phone needs 9.8 s.", True),
        (SIDES, "In noise the phone needs 7.5 s.", False),
        (SIDES, "On clean speech the server needs 4.2 s.", False),
        (LISTS, "The new base has a precision of 51%.", True),
        (LISTS, "The new base has a precision of 47%.", False),
        (LISTS, "Runs of 32 steps give 52 mm.", True),
        (LISTS, "Runs of 8 steps give 52 mm.", False),
        (LISTS, "Runs do best with all 16 steps, and drop for short ones to 53 mm.", True),
        (LISTS, "After cutting it takes 8 GB.", True),
        (LISTS, "Before cutting it takes 8 GB.", False),
        (ASIDES, "Errors fall from 0.041 to 0.014, by about 66%.", True),
        (ASIDES, "The list has 3,100 samples of cats.", True),
        (ASIDES, "The list has 3,100 samples of dogs.", False),
        (ASIDES, "The twin net reaches 63.7.", False),
        (ASIDES, "Both together reach 63.7 points.", True),
        (APART, "Where 10% of the walls are gone, the planner reaches 54% of goals.", True),
        (APART, "The two halves have nets.", True),
        (APART, "There are two halves.", False),
        (WHOLE, "The tool was made with 230 policies.", True),
        (WHOLE, "We labelled 7,052 policies by hand.", False),
        (WHOLE, "The old tool has 87% of the best words.", True),
        (ACTIVE, "The server asks 100 clients.", True),
        (ACTIVE, "The server asks 3,400 clients.", False),
        (ACTIVE, "13B parameters are active.", True),
        (ACTIVE, "47B parameters are active.", False),
    ],
)
def test_a_number_is_said_of_the_same(text: str, claim: str, expected: bool) -> None:
    evidence = make_evidence(make_paper({"A": [text]}))
    assert numbers_hold(claim, text, evidence) == expected


def test_what_is_near_a_number_ends_at_the_next() -> None:
    first, second, third, _ = mentions(spelled_alike(LAYERS))
    assert first.near == {"encod", "layer"}
    assert second.near == {"head"}
    assert third.near == {"dimens"}
    assert first.closeness("head") == 0.75
    assert first.closeness("decod") == 0


@given(st.text(alphabet="0123456789.,;() abAB%to\n", max_size=60))
def test_what_is_near_is_of_the_sentence(text: str) -> None:
    for mention in mentions(spelled_alike(text)):
        assert mention.behind <= mention.near <= mention.above
        assert 0 <= mention.quantity.start < mention.quantity.after <= mention.quantity.end

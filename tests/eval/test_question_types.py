from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.question_types import TYPES, question_type


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many layers does the encoder have?", "how many"),
        ("how large is their dataset?", "how many"),
        ("How is attention computed?", "how"),
        ("Why do they scale the dot product?", "why"),
        ("What is the reason for residual connections?", "why"),
        ("What is the seed lexicon?", "what"),
        ("On what dataset do they evaluate?", "what"),
        ("which multilingual approaches do they compare with?", "which"),
        ("In which language are the tweets?", "which"),
        ("Who annotated the data?", "who, where, when"),
        ("Does the model use attention?", "yes or no"),
        ("Isn't this slower?", "yes or no"),
        ("In Table 2, what do bold figures mean?", "what"),
        ("We use Adam. How many steps of warm-up?", "how many"),
        ("I want the infinity-norm variant. Which step size should I start from?", "which"),
        ("learning rate of the base model", "other"),
        ("whatever", "other"),
        ("", "other"),
    ],
)
def test_the_wording_tells_the_type(text: str, kind: str) -> None:
    assert question_type(text) == kind


@given(st.text())
def test_every_text_has_a_type(text: str) -> None:
    assert question_type(text) in TYPES

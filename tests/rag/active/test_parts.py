"""Questions taken apart by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.active.parts import parts

CASES = [
    (
        "How does BERT differ from RoBERTa in pre-training?",
        ("BERT pre-training", "RoBERTa pre-training"),
    ),
    (
        "What is the difference between the Transformer and ConvS2S?",
        ("Transformer", "ConvS2S"),
    ),
    (
        "Is Adam better than SGD with momentum on CIFAR-10?",
        ("Adam momentum CIFAR-10", "SGD momentum CIFAR-10"),
    ),
    (
        "Compare the loss of Faster R-CNN with that of YOLO.",
        ("Faster R-CNN loss", "YOLO loss"),
    ),
    (
        "Which optimizer is used, and how long was training?",
        ("Which optimizer is used?", "how long was training?"),
    ),
    ("Where is dropout used? What is its rate?", ("Where is dropout used?", "What is its rate?")),
    (
        "How many heads does the Transformer use compared to BERT?",
        ("Transformer heads use", "BERT heads use"),
    ),
    ("How do Zipf's and Heaps' laws differ?", ("Zipf laws", "Heaps laws")),
    ("What are encoder and decoder?", ()),
    ("How are Q and K computed?", ()),
    ("Does BLEU compare well?", ()),
    ("How and why was it done?", ()),
    ("What is the BLEU score on WMT 2014?", ()),
    ("", ()),
]


@pytest.mark.parametrize(("question", "expected"), CASES)
def test_the_parts_of_a_question(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question) == expected


@given(st.text(max_size=200))
def test_there_are_several_parts_or_none(question: str) -> None:
    found = parts(question)
    assert len(found) != 1
    assert all(part.strip() for part in found)

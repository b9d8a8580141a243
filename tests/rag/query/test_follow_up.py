from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query.follow_up import MAX_CARRIED, content, is_follow_up, names, standalone

DENSENET = "What learning rate does DenseNet use?"


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("Why?", "Why? (learning rate DenseNet)"),
        ("And which batch size?", "And which batch size? (DenseNet)"),
        ("What batch size?", "What batch size? (DenseNet)"),
        ("Does it use dropout?", "Does it use dropout? (DenseNet)"),
        ("What are its limitations?", "What are its limitations? (DenseNet)"),
        ("How large is their corpus?", "How large is their corpus? (DenseNet)"),
        ("Does it beat ResNet?", "Does it beat ResNet? (DenseNet)"),
        ("Is that better than SGD?", "Is that better than SGD? (DenseNet)"),
        ("On which data sets was it tested?", "On which data sets was it tested? (DenseNet)"),
        ("What about ResNet-50?", "What about ResNet-50? (learning rate)"),
        ("And BERT?", "And BERT? (learning rate)"),
        ("BERT?", "BERT? (learning rate)"),
        ("What is the depth?", "What is the depth? (DenseNet)"),
        ("What is proposed?", "What is proposed? (DenseNet)"),
        ("What is new?", "What is new? (DenseNet)"),
        ("What are limitations?", "What are limitations? (DenseNet)"),
        ("What is used?", "What is used? (learning rate DenseNet)"),
    ],
)
def test_a_follow_up_is_given_what_it_refers_to(question: str, understood: str) -> None:
    assert standalone(question, [DENSENET]) == understood


@pytest.mark.parametrize(
    "question",
    [
        "How many layers does BERT have?",
        "Which datasets are used to evaluate question answering?",
        "How do transformers encode their positions?",
        "Is it possible to train GANs without labels?",
        "learning rate warmup",
        "Models that use attention over documents",
        "Are there ablations without residual connections?",
        "What is the growth rate in DenseNet?",
        "What is BERT?",
        "what is dropout",
        "What's a transformer?",
        "What are GANs?",
        "What was word2vec?",
        "What is fine-tuning?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert not is_follow_up(question)
    assert standalone(question, [DENSENET]) == question


def test_without_a_conversation_nothing_is_added() -> None:
    assert standalone("Why does it?", []) == "Why does it?"
    assert standalone("Why does it?", ["", "?"]) == "Why does it?"


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    earlier = [DENSENET, "Which optimizer?", "And why?"]
    assert standalone("Does it converge faster?", earlier) == "Does it converge faster? (DenseNet)"


def test_a_new_subject_takes_the_place_of_the_old_one() -> None:
    earlier = [DENSENET, "How many attention heads does BERT have?"]
    assert standalone("And layers?", earlier) == "And layers? (BERT)"


def test_what_was_asked_in_lower_case_is_carried_too() -> None:
    said = standalone("does it help?", ["how is the dropout rate chosen"])
    assert said == "does it help? (dropout rate chosen)"


def test_names_are_told_by_their_letters() -> None:
    assert names("Does Adam beat ResNet-50 on CIFAR?") == ["Adam", "ResNet-50", "CIFAR"]
    assert names("Attention heads in GPT2") == ["GPT2"]
    assert content("Which paper is the one that uses Adam, and why Adam?") == ["one", "Adam"]


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=8))
def test_the_question_is_never_lost(question: str, earlier: list[str]) -> None:
    said = standalone(question, earlier)
    assert said == question or said.startswith(f"{question.strip()} (")
    added = said[len(question.strip()) :] if said != question else ""
    assert len(added.split()) <= MAX_CARRIED + 1

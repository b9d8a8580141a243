from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query.topic import topic


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ("Could you list some studies that explore knowledge editing?", "knowledge editing"),
        ("Which papers have investigated sparse attention?", "sparse attention"),
        ("papers on graph sparsification", "graph sparsification"),
        ("Any work about re-reading prompts?", "re-reading prompts"),
        ("Are there  any papers\non weak supervision?", "weak supervision"),
        ("What research has been conducted on private learning?", "private learning"),
        ("What is the key work on trust regions?", "trust regions"),
        ("Please recommend recent papers dealing with label noise.", "label noise"),
        ("Give me some examples of papers that study beam search", "beam search"),
        ("I'm looking for articles about beam search", "beam search"),
        ("Do you know of any publications where GANs write text?", "GANs write text"),
        ("Which studies use dropout as inference?", "use dropout as inference"),
    ],
)
def test_of_a_request_its_topic_is_left(asked: str, about: str) -> None:
    assert topic(asked) == about


@pytest.mark.parametrize(
    "question",
    [
        "What does this paper propose?",
        "What datasets are used for knowledge editing?",
        "What prior work do they discuss?",  # too little would be left
        "How does the work differ from BERT?",
        "What works well on small data?",
        "Which work better, convolutions or recurrences?",
        "What research questions are studied for parsing?",
        "papers on LoRA",
        "",
    ],
)
def test_what_is_no_request_stays_as_it_is(question: str) -> None:
    assert topic(question) == question


_WORDS = (
    "which any some examples of the recent research papers studies that have discussed on x y ?"
)


@given(st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join))
def test_what_is_left_is_the_end_of_the_question(question: str) -> None:
    assert question.rstrip(" ?").endswith(topic(question).rstrip(" ?"))


def test_a_long_question_takes_no_longer_than_its_length_asks_for() -> None:
    start = perf_counter()
    for words in ("some examples of ", "please ", "which papers ", "have ", "recent ", " "):
        topic(f"list {words * 2000}")
    assert perf_counter() - start < 5

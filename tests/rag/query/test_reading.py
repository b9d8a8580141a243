"""What models write when they are asked for queries, as they really write it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query.reading import (
    MAX_LINE_CHARS,
    MAX_PASSAGE_CHARS,
    Unreadable,
    distinct,
    line,
    passage,
    queries,
    wording,
)
from rag.text import analyse

QUESTION = "Which dropout rate is used?"
TWO = ["dropout rate 0.1", "experimental setup: regularization"]


@pytest.mark.parametrize(
    "text",
    [
        "1. dropout rate 0.1\n2. experimental setup: regularization",
        "1) dropout rate 0.1\n2) experimental setup: regularization\n",
        "(1) dropout rate 0.1\n\n(2) experimental setup: regularization",
        '1. "dropout rate 0.1"\n2. **experimental setup: regularization**',
        "- dropout rate 0.1\n- experimental setup: regularization",
        "Here are two queries:\n\n1. dropout rate 0.1\n2. experimental setup: regularization",
        "1. Keywords: dropout rate 0.1\n2. Query 2: experimental setup: regularization",
        "<think>1. no\n2. never</think>1. dropout rate 0.1\n2. experimental setup: regularization",
        '["dropout rate 0.1", "experimental setup: regularization"]',
        '```json\n["dropout rate 0.1", "experimental setup: regularization"]\n```',
        'Sure: ["dropout rate 0.1", "experimental setup: regularization"] Good luck!',
        '{"queries": ["dropout rate 0.1", "experimental setup: regularization"]}',
        '{"kind": "keywords", "query": "dropout rate 0.1"}\n'
        '{"kind": "section", "query": "experimental setup: regularization"}',
        '"dropout rate 0.1"\n"experimental setup: regularization"',
        '1. "dropout rate 0.1",\n2. "experimental setup: regularization"',
    ],
)
def test_lists_in_all_their_forms(text: str) -> None:
    assert queries(text, QUESTION, 4) == TWO


def test_repetitions_and_the_question_itself_are_left_out() -> None:
    text = "1. which dropout rate is used\n2. dropout rate\n3. Dropout rate!\n4. ...\n5. dropout"
    assert queries(text, QUESTION, 4) == ["dropout rate", "dropout"]
    assert queries(text, QUESTION, 1) == ["dropout rate"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "wrote nothing"),
        ("  \n", "wrote nothing"),
        ("<think>1. dropout", "wrote nothing"),
        ("The dropout rate is 0.1.", "wrote no list of new queries: 'The dropout rate is 0.1.'"),
        ("1. I'm sorry, but I can't help with that.", "no list of new queries"),
        ("I cannot help.", "no list of new queries"),
        ("1. Which dropout rate is used?", "no list of new queries"),
        ("%%% ### 7 @@", "no list of new queries"),
        ("[1, 2, null]", "no list of new queries"),
        ("[" * 5000, "no list of new queries"),
        ('{"queries": 7}', "no list of new queries"),
        ("<html><body>busy</body></html>", "no list of new queries"),
    ],
)
def test_no_list_is_said_to_be_none(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        queries(text, QUESTION, 4)
    assert reason in str(caught.value)


def test_long_queries_are_cut_between_words() -> None:
    [cut] = queries("1. " + "dropout rate " * 100, QUESTION, 4)
    assert len(cut) <= MAX_LINE_CHARS
    assert cut.endswith(("dropout", "rate"))
    [run] = queries("1. " + "x" * 1000, QUESTION, 4)
    assert run == "x" * MAX_LINE_CHARS


@pytest.mark.parametrize(
    "text",
    [
        "How is the model regularised?",
        '  "How is the model regularised?"\n\nThis asks more generally.',
        "Question: How is the model regularised?",
        "Step-back question: How is the model regularised?",
        "**Translation:** How is the model regularised?",
        "1. How is the model regularised?",
        "Here is the question:\nHow is the model regularised?",
        "<think>hm</think>\nHow is the model regularised?",
    ],
)
def test_one_line_in_all_its_forms(text: str) -> None:
    assert line(text) == "How is the model regularised?"


@pytest.mark.parametrize("text", ["", "???", "I'm sorry, I can't.", "As an AI, I don't know"])
def test_no_line_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unreadable, match=r"wrote (no question|nothing)"):
        line(text)


PASSAGE = "We apply dropout with a rate of 0.1 to each sub-layer of the base model."


@pytest.mark.parametrize(
    "text",
    [
        PASSAGE,
        PASSAGE.replace("rate of", "rate\nof"),
        f"Passage: {PASSAGE}",
        f"Here is a hypothetical passage:\n\n{PASSAGE}",
        f"**Hypothetical passage:** {PASSAGE}",
        f"```\n{PASSAGE}\n```",
        f"<think>What would it say?</think>{PASSAGE}",
    ],
)
def test_a_passage_in_all_its_forms(text: str) -> None:
    assert passage(text) == PASSAGE


@pytest.mark.parametrize(
    "text", ["", "{}", "0.1", "%%% @@@ ???", "I'm sorry, I do not know which paper you mean here."]
)
def test_no_passage_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unreadable, match=r"wrote (no passage|nothing)"):
        passage(text)


def test_a_long_passage_is_cut() -> None:
    assert len(passage(PASSAGE * 100)) <= MAX_PASSAGE_CHARS


def test_half_characters_and_hidden_ones_are_left_out() -> None:
    assert line("What is \ud83d\u202e\x00 BERT?") == "What is BERT?"
    assert queries(r'["low \ud83d rank"]', QUESTION, 4) == ["low rank"]


def test_wording_is_blind_to_case_punctuation_and_space() -> None:
    assert wording("  Which  Dropout-rate?") == wording("which dropout rate")
    assert distinct(["A model", "a model!", "the", "another model"]) == ["A model", "another model"]


@given(st.text(), st.text(), st.integers(1, 8))
def test_whatever_is_written_gives_good_queries_or_is_unreadable(
    text: str, question: str, most: int
) -> None:
    try:
        found = queries(text, question, most)
    except Unreadable:
        return
    assert 1 <= len(found) <= most
    assert len({wording(each) for each in found} | {wording(question)}) == len(found) + 1
    for each in found:
        assert analyse(each)
        assert len(each) <= MAX_LINE_CHARS
        assert each == " ".join(each.split())
        each.encode()


WORDS = st.lists(st.from_regex(r"[a-z]{4,9}x", fullmatch=True), min_size=2, max_size=6)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=5, unique=True))
def test_a_list_survives_as_lines_and_as_json(wanted: list[str]) -> None:
    numbered = "\n".join(f"{n}. {each}" for n, each in enumerate(wanted, 1))
    for text in (numbered, json.dumps(wanted), "\n".join(map(json.dumps, wanted))):
        assert queries(text, "?", 8) == wanted

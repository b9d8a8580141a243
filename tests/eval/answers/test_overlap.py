"""Words shared with a gold answer, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from eval.answers.overlap import exact_match, must_contain, overlap, plain, token_f1, tokens
from eval.answers.values import Given
from eval.datasets import Question

WORDS = st.text(alphabet="ab ,.T", max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The BERT-base model, an encoder.", ["bertbase", "model", "encoder"]),
        ("A a an THE", []),
        ("  Two\n lines ", ["two", "lines"]),
        ("theory and antics", ["theory", "and", "antics"]),
    ],
)
def test_words_are_those_of_squad(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("a learning rate of 0.1", "0.1", 2 * 1 / (4 + 1)),
        ("the cat sat", "a cat sat down", 2 * 2 / (2 + 3)),
        ("cat cat", "cat", 2 * 1 / (2 + 1)),  # a word counts as often as both have it
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
        ("Unanswerable", "unanswerable.", 1.0),
    ],
)
def test_token_f1(answer: str, gold: str, f1: float) -> None:
    assert token_f1(answer, gold) == pytest.approx(f1)


@examples(WORDS, WORDS)
def test_token_f1_is_symmetric_and_one_for_the_same_words_alone(one: str, other: str) -> None:
    value = token_f1(one, other)
    assert value == token_f1(other, one)
    assert 0 <= value <= 1
    same = sorted(tokens(one)) == sorted(tokens(other))
    assert (value == 1) == (same and bool(tokens(one)))
    assert exact_match(one, other) <= float(same)


def test_marks_are_no_part_of_the_answer() -> None:
    assert plain("It is 7 [1][2]. [unsupported] So [3].") == "It is 7.  So."


@pytest.mark.parametrize(
    ("given", "answers", "expected"),
    [
        (Given("q", "one tenth [1]"), ("0.1", "one tenth"), (1.0, 1.0)),
        (Given("q", "it is one tenth"), ("0.1", "one tenth"), (2 * 2 / (4 + 2), 0.0)),
        (Given("q", "Not found: one tenth", abstained=True), ("one tenth",), (0.0, 0.0)),
        (Given("q", error="no model"), ("one tenth",), (0.0, 0.0)),
    ],
)
def test_the_annotator_with_the_best_value_counts(
    given: Given, answers: tuple[str, ...], expected: tuple[float, float]
) -> None:
    found = overlap(Question("q", "?", answers=answers), given)
    assert (found["answer F1"], found["exact match"]) == pytest.approx(expected)
    assert "yes/no" not in found


def test_a_refusal_is_what_an_unanswerable_question_asks_for() -> None:
    question = Question("q", "?", answerable=False)
    assert overlap(question, Given("q", "no idea", abstained=True))["exact match"] == 1
    assert overlap(question, Given("q", "seven"))["answer F1"] == 0
    assert overlap(Question("q", "?"), Given("q", "seven")) == {}  # no gold answer is known


@pytest.mark.parametrize(
    ("text", "right"), [("Yes, they do.", 1.0), ("No.", 0.0), ("They do, yes.", 0.0), ("", 0.0)]
)
def test_yes_and_no_are_looked_for_in_the_first_word(text: str, right: float) -> None:
    question = Question("q", "Do they?", answers=("Yes", "they do so in §3"))
    assert overlap(question, Given("q", text))["yes/no"] == right


@pytest.mark.parametrize(
    ("given", "right"),
    [
        (Given("q", "It is 3 and 5."), 1.0),
        (Given("q", "It is 3."), 0.0),
        (Given("q", "It is 3 [5]."), 0.0),  # a marker is no number of the paper's
        (Given("q", "3, 5", abstained=True), 0.0),
        (Given("q", "", error="3 and 5"), 0.0),
    ],
)
def test_all_expressions_have_to_match(given: Given, right: float) -> None:
    question = Question("q", "?", must_contain=("3", "5"))
    assert must_contain(question, given) == {"must contain": right}


def test_nothing_is_looked_for_where_nothing_is_told() -> None:
    assert must_contain(Question("q", "?"), Given("q", "x")) == {}
    assert must_contain(Question("q", "?", (), False, must_contain=("x",)), Given("q", "x")) == {}

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import sentences


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Vaswani et al. (2017) propose it.",
        "It follows Smith et al. [12] and others.",
        "See Fig. 3 and Eq. (5) for this.",
        "In Sec. 3.1 we show, i.e. The Method, that it works.",
        "The rate is 0.5 and the size 3.25 in all.",
        "J. R. R. Tolkien and D. E. Knuth wrote it.",
        "We use e.g. ResNet or Adam vs. SGD in all runs.",
        "Let $x. Y$ be a formula.",
        "Samples are i.i.d. and w.r.t. X they are large.",
        "1. Introduction of the method",
        "3.1. Method and material",
        "We trained on WMT 2014 English-German vs. French.",
        "Work by the Google Inc. AI team.",
    ],
)
def test_these_are_one_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("We cut papers.", "Then we search."),
        ("It is good.", "$x$ is the input."),
        ("It was shown by Smith et al.", "We extend it."),
        ("Is it so?", "Yes."),
        ("It rose by 3.5.", "This is much."),
        ("It was shown [12].", "Others differ."),
        ("It was shown.[12]", "Others differ."),
        ("We use the method.3", "We like it."),
        ("They use BIBREF0 , BIBREF5 .", "For an input it works."),
        ("He said “so.”", "We did not."),
        ("We use cats, dogs, etc.", "The rest is left out."),
        ("It is called A.", "We call it B."),
        ("The set is $S$.", "It is small."),
        ("(This is so.)", "That is not."),
        ("- an item", "- another item"),
        ("A heading", "\n\nA paragraph"),
    ],
)
def test_these_are_two(first: str, second: str) -> None:
    text = f"{first}\n{second}" if first.startswith("-") else f"{first} {second}"
    assert split(text) == [first, second.strip()]


def test_nothing_has_no_sentences() -> None:
    assert sentences("") == sentences(" \n ") == []


@given(st.text(alphabet="ab AB.?!\n[]()$12-", max_size=200) | st.text(max_size=100))
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())

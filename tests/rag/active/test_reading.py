"""What models write on the way to an answer, in the ways in which they write it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.active.reading import (
    Unreadable,
    notes,
    numbers_in,
    objects,
    own_passages,
    sub_questions,
)

QUESTION = "Which is deeper, A or B?"
TWO = ("How deep is A?", "How deep is B?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. How deep is A?\n2. How deep is B?", TWO),
        ("Sure, here they are:\n\n- How deep is A?\n- **How deep is B?**", TWO),
        ('```json\n["How deep is A?", "How deep is B?"]\n```', TWO),
        ('{"questions": ["How deep is A?", "How deep is B?"]}', TWO),
        ("<think>hm</think>\n1) How deep is A?\n2) how deep is a\n3) How deep is B?", TWO),
        ("1. How deep is A?\n2. How deep is B?\n3. Why?\n4. How wide is A?", (*TWO, "Why?")),
        ("NONE", ()),
        ("None.", ()),
        ("1. Which is deeper: A or B?", ()),
    ],
)
def test_sub_questions(text: str, expected: tuple[str, ...]) -> None:
    if expected[2:]:
        expected = (*TWO, "How wide is A?")  # "Why?" is nothing to search for
    assert sub_questions(text, QUESTION, 3) == expected


def test_notes_and_what_to_ask_next() -> None:
    read = notes('- A has 3 layers [1: "3 layers"].\n\nASK: How deep is B?\n**Ask 2:** Why?', 3)
    assert read.text == 'A has 3 layers [1: "3 layers"].'
    assert read.questions == ("How deep is B?",)


@pytest.mark.parametrize("enough", ["ENOUGH", "**ENOUGH**", "Enough."])
def test_enough_asks_nothing(enough: str) -> None:
    read = notes(f"A has 3 layers [1].\n{enough}", 3)
    assert (read.text, read.questions) == ("A has 3 layers [1].", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. A is deep.\n2. B is flat.\n3. C.", ("A is deep.", "B is flat.")),
        ("A is deep.\nVery.\n\nB is flat.", ("A is deep. Very.", "B is flat.")),
        ("NONE", ()),
        ("I don't have any knowledge of this.", ()),
    ],
)
def test_own_passages(text: str, expected: tuple[str, ...]) -> None:
    assert own_passages(text, 2) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"claim": "a"}\n{"claim": "b"}',
        '[{"claim": "a"}, {"claim": "b"}]',
        'Here:\n```json\n[{"claim": "a"},\n {"claim": "b"}]\n```',
        '{"claims": [{"claim": "a"}, {"claim": "b"}]}',
        '{"claim": "a"},\nnonsense\n{"claim": "b"},',
    ],
)
def test_objects(text: str) -> None:
    assert objects(text) == [{"claim": "a"}, {"claim": "b"}]


@pytest.mark.parametrize("text", ["NONE", "[]"])
def test_no_objects(text: str) -> None:
    assert objects(text) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [([1, "2", 9], (1, 2)), ("[1, 2]", (1, 2)), (2, (2,)), (None, ()), ([0, 1, 1], (1,))],
)
def test_numbers_within_bounds(value: object, expected: tuple[int, ...]) -> None:
    assert numbers_in(value, 5) == expected


READERS: list[Callable[[str], object]] = [
    lambda text: sub_questions(text, QUESTION, 3),
    lambda text: notes(text, 3),
    objects,
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["", " \n", "<think>never ending", "\x00\u200b"])
def test_nothing_is_said_to_be_nothing(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(Unreadable, match="wrote nothing"):
        read(text)


@given(st.text())
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    for read in (*READERS, lambda said: own_passages(said, 2)):
        with suppress(Unreadable):
            read(text)

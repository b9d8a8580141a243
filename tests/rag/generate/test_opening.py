from __future__ import annotations

import pytest

from rag.generate.opening import Opening, after_not_found, says_not_found
from rag.thoughts import without_thoughts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Eight heads.", "Eight heads."),
        ("No.", "No."),
        ("Not foundations but roofs.", "Not foundations but roofs."),
        ("NOT FOUND", ""),
        ("**Not found.** Nothing.", ""),
        ("<think>Hm. [1]</think>\nEight.", "Eight."),
        ("<think>Hm.</think> NOT FOUND", ""),
        ("<think>Hm.", ""),
        ("<thin", "<thin"),
        ("<b>Eight</b>", "<b>Eight</b>"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 100])
def test_what_a_stream_shows(text: str, shown: str, size: int) -> None:
    opening = Opening()
    pieces = [opening.feed(text[i : i + size]) for i in range(0, len(text), size)]
    assert "".join(pieces) + opening.rest() == shown


def test_ordinary_text_is_not_held_back() -> None:
    assert Opening().feed("The") == "The"


def test_thoughts_and_verdicts_of_a_whole_text() -> None:
    assert without_thoughts(" <think>a</think>b") == "b"
    assert without_thoughts("a <think>") == "a <think>"
    assert says_not_found('"Not found."')
    assert not says_not_found("It was not found.")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("NOT FOUND", ""),
        ("**NOT FOUND**\n\nBut it trains with Adam.", "But it trains with Adam."),
        ("NOT FOUND. However, it trains with Adam.", "However, it trains with Adam."),
        ("**NOT FOUND:** it trains with Adam.", "it trains with Adam."),
        ("Not found. It trains with Adam.", "It trains with Adam."),
        ("NOT FOUND — it trains with Adam.", "it trains with Adam."),
        ("Not found in the tables, but it trains with Adam.", None),
        ("NOT FOUNDATIONS.", None),
        ("It was NOT FOUND.", None),
        ("", None),
    ],
)
def test_what_follows_the_word_that_there_is_no_answer(text: str, rest: str | None) -> None:
    assert after_not_found(text) == rest

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.cli.stream import Typewriter


def typed(pieces, width):
    writer = Typewriter(width)
    shown = "".join(map(writer.feed, pieces))
    return writer, shown + writer.end()


def test_words_are_held_until_they_are_whole_and_wrapped():
    writer = Typewriter(10)
    assert writer.feed("The ra") == "The "
    assert writer.feed("te is") == "rate "
    assert writer.feed(" 0.1.\nYes") == "\nis 0.1.\n"
    assert writer.end() == "Yes\n"


def test_nothing_typed_ends_no_line():
    assert typed(["", " "], 80)[1].strip() == ""
    assert Typewriter(80).end() == ""


def test_a_model_cannot_move_the_cursor():
    assert typed(["a\x1b[2Jb\u202ec "], 80)[1] == "a[2Jbc \n"


words = st.text(st.sampled_from("ab .\n"), max_size=12)


@given(st.lists(words, max_size=12), st.integers(8, 30))
def test_no_word_is_lost_and_no_line_too_long(pieces, width):
    _, shown = typed(pieces, width)
    assert shown.split() == "".join(pieces).split()
    for line in shown.splitlines():
        assert len(line.rstrip()) <= width or " " not in line.strip()

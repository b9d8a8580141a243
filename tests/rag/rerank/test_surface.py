from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rerank.surface import Words

TEXTS = st.lists(st.text(alphabet="abB 0[é\0\n\ud800", max_size=24), max_size=6)


def counts(texts: list[str], stem: str) -> list[int]:
    words = Words.of(texts)
    return words.counts(words.of_stem(stem)).tolist()


@given(TEXTS, st.text(alphabet="ab0", min_size=1, max_size=12))
def test_all_texts_at_once_give_what_each_gives_alone(texts: list[str], beginning: str) -> None:
    words = Words.of(texts)
    expected = [
        sum(word.startswith(beginning.encode()) for word in plain_words(text)) for text in texts
    ]
    assert words.counts(words.find(beginning.encode())).tolist() == expected


def plain_words(text: str) -> list[bytes]:
    """Runs of ASCII letters and digits in lower case, and of bytes beyond ASCII."""
    return re.findall(rb"[a-z0-9\x80-\xff]+", text.encode(errors="replace").lower())


@given(TEXTS, st.sampled_from([b"[", b"B0", b"\n"]))
def test_characters_are_counted_in_each_text(texts: list[str], which: bytes) -> None:
    expected = [sum(text.encode(errors="replace").count(byte) for byte in which) for text in texts]
    assert Words.of(texts).characters(which).tolist() == expected


def test_a_beginning_may_reach_beyond_its_word_but_not_beyond_its_text() -> None:
    words = Words.of(["et", "al", "et al", "Et\nal."])
    assert words.counts(words.find(b"et al")).tolist() == [0, 0, 1, 1]


def test_a_beginning_longer_than_a_head_is_compared_to_its_end() -> None:
    assert counts(["regularization", "regularly", "regulariz"], "regulariz") == [1, 0, 1]


def test_a_stem_begins_words_wherever_they_stand() -> None:
    assert counts(["training", "retraining", "Train, trained", ""], "train") == [1, 0, 2, 0]


def test_an_i_that_stands_for_y() -> None:
    assert counts(["a study", "two studies", "students"], "studi") == [1, 1, 0]


def test_a_short_stem_is_a_whole_word_with_common_endings() -> None:
    texts = ["we use it", "used", "using", "the user", "use use"]
    assert counts(texts, "use") == [1, 0, 0, 0, 2]


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_nothing_to_look_at(texts: list[str]) -> None:
    words = Words.of(texts)
    assert words.starts.tolist() == []
    assert counts(texts, "train") == counts(texts, "use") == [0] * len(texts)
    assert words.characters(b":").tolist() == [0] * len(texts)

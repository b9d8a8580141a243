from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quotes import (
    best_passage,
    find_misquote,
    find_quote,
    folded,
    is_sentence_of,
    passages,
    sentence_at,
)
from rag.types import Span

TEXT = (
    "We employ h = 8 parallel attention layers, or heads.\n"
    "For each of these we use dk = dv = 64. “Dropout” of 0.1 was ap-\n"
    "plied to the state-of-the-art ﬁnal model [12], and it scored −0.5 on Poincaré’s test."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("h = 8 parallel attention layers", "h = 8 parallel attention layers"),
        ("H=8 PARALLEL  attention", "h = 8 parallel attention"),
        ("or heads. For each of", "or heads.\nFor each of"),
        ('"Dropout" of 0.1', "Dropout” of 0.1"),
        ("was applied to the", "was ap-\nplied to the"),
        ("state of the art final model", "state-of-the-art ﬁnal model"),
        ("scored -0.5 on Poincare's test", "scored −0.5 on Poincaré’s test"),
        ("we use **dk** = $d_v$ = 64.", "we use dk = dv = 64"),
        ("We employ ... attention layers", "We employ h = 8 parallel attention layers"),
        ("We employ […] or heads…", "We employ h = 8 parallel attention layers, or heads"),
        ("We employ h = 9 parallel", None),
        ("attention layers ... We employ", None),
        ("and it scored 0.5 on", None),
        ("pplied to the state", None),
        ("of 0", None),
        ("art final model 12", None),
        ("", None),
        ("...", None),
    ],
)
def test_find_quote(quote: str, found: str | None) -> None:
    span = find_quote(quote, TEXT)
    assert (span and span.of(TEXT)) == found


def test_a_later_whole_word_is_found_after_a_partial_one() -> None:
    assert find_quote("art", "part of art") == Span(8, 11)


WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1)


@given(WORDS, st.integers(0), st.integers(1, 5))
def test_every_run_of_words_is_found(words: list[str], at: int, length: int) -> None:
    first = at % len(words)
    wanted = words[first : first + length]
    span = find_quote(" ".join(wanted), "\n".join(words))
    assert span is not None
    assert folded(span.of("\n".join(words)))[0] == folded("".join(wanted))[0]


def test_sentence_at() -> None:
    assert sentence_at(TEXT, Span(5, 8)).of(TEXT).endswith("or heads.")
    assert sentence_at("   ", Span(1, 2)) == Span(1, 2)


def test_best_passage_shares_most_and_numbers_count_double() -> None:
    text = "The model uses heads. The model uses 8 of them. Other models differ."
    best = best_passage("The model uses 8 heads", text)
    assert best is not None
    assert best.of(text) == "The model uses 8 of them."
    assert best_passage("Unrelated zebra", text) is None
    assert best_passage("anything", "") is None


def test_what_is_too_long_to_be_a_sentence_goes_line_by_line() -> None:
    table = "\n".join(f"row {number} with several cells in it" for number in range(40))
    assert [span.of(table) for span in passages(table)] == table.split("\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We employ h = 8 parallel attention layers, or heads", True),
        ("For each of these we use d_k = d_v = 64.", True),
        ("We employ h = 8 parallel attention layers", False),
        ("“Dropout” of 0.1 was applied to the state-of-the-art final model", False),
        ("", False),
    ],
)
def test_a_whole_sentence_is_told_from_a_part(words: str, expected: bool) -> None:
    assert is_sentence_of(TEXT, words) == expected


MEANT = "We apply dropout to the output of each sub-layer before it is added, at a rate of 0.1."
DECIDED = "Two students labelled each policy; where they disagreed, a lawyer decided."
COMPARED = "The neural system beats the phrase-based one, and most judges preferred it."


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ("we apply dropout to each output at a rate of 0.1", MEANT, True),  # words dropped
        ("we applied dropout to each sub-layer output", MEANT, True),  # endings, one place
        ("We apply dropout to the input of each sub-layer", MEANT, False),
        ("we never apply dropout to the output", MEANT, False),
        ("we apply dropout to each output at a rate of 0.3", MEANT, False),
        ("apply dropout to each output of a sub-layer after it is added", MEANT, False),
        ("where they disagreed, a student decided", DECIDED, False),
        ("where they disagreed, lawyers decided", DECIDED, True),
        ("the phrase-based system beats the neural one", COMPARED, False),
        ("few judges preferred the neural system", COMPARED, False),
        ("dropout", MEANT, False),
        ("", MEANT, False),
    ],
)
def test_a_slip_is_told_from_another_word(quote: str, text: str, expected: bool) -> None:
    found = find_misquote(quote, text)
    assert (found is not None) == expected
    assert found is None or found.of(text) == text

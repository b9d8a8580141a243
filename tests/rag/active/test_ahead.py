"""What a model would say next, and where it is unsure."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.active.ahead import is_borne_out, read_ahead
from rag.markers import parse
from rag.types import Completion, TokenLogprob, Usage
from tests.rag.active.conftest import TRANSFORMER
from tests.values import make_evidence

TEXT = 'There are 8 heads [1: "8 parallel attention layers"]. Dropout is 0.7 [2].'


def completion(*tokens: tuple[str, float], text: str | None = None) -> Completion:
    told = tuple(TokenLogprob(token, log(p)) for token, p in tokens)
    return Completion(text or "".join(t for t, _ in tokens), Usage(), logprobs=told)


def test_sentences_keep_their_markers() -> None:
    first, second = read_ahead(Completion(TEXT, Usage()), 0.5)
    assert (first.text, second.text) == ("There are 8 heads.", "Dropout is 0.7.")
    assert [m.quote for m in parse(first.raw).markers] == ["8 parallel attention layers"]
    assert [m.number for m in parse(second.raw).markers] == [2]
    assert first.unsure == second.unsure == ()


def test_a_word_with_an_unlikely_token_is_unsure() -> None:
    made = completion(
        ("There are ", 0.9), ("8", 0.9), (" heads [1]. ", 0.9), ("Drop", 0.9), ("out", 0.2),
        (" is 0", 0.9), (".7", 0.1), (" [2].", 0.9),
    )  # fmt: skip
    first, second = read_ahead(made, 0.5)
    assert first.unsure == ()
    found = [(u.span.of(second.text), round(u.probability, 2)) for u in second.unsure]
    assert found == [("Dropout", 0.2), ("0.7.", 0.1)]
    assert second.masked() == "is"


def test_what_is_copied_into_a_marker_is_not_unsure() -> None:
    made = completion(("Eight heads", 0.9), (' [1: "8 parallel', 0.01), (' layers"].', 0.01))
    [sentence] = read_ahead(made, 0.5)
    assert sentence.unsure == ()


@pytest.mark.parametrize("text", ["Other words.", "There are 9 heads. And more."])
def test_tokens_that_are_not_the_text_say_nothing(text: str) -> None:
    sentences = read_ahead(completion(("There are 8 heads.", 0.1), text=text), 0.5)
    assert all(sentence.unsure == () for sentence in sentences)


def test_thoughts_are_left_out_and_do_not_shift_the_tokens() -> None:
    made = completion(("<think>well</think>\n", 0.01), ("It is ", 0.9), ("8", 0.2), (".", 0.9))
    [sentence] = read_ahead(made, 0.5)
    assert [u.span.of(sentence.text) for u in sentence.unsure] == ["8."]


@example(parts=["A b. ", "\n", '[2: "x"] ', "C [1]. ", "A b. "])
@given(
    parts=st.lists(st.sampled_from(["A b. ", "C [1]. ", '[2: "x"] ', "\n", "- d", " 0.5", "e "]))
)
def test_nothing_that_was_said_is_lost(parts: list[str]) -> None:
    made = completion(*((part, 0.9) for part in parts), text="".join(parts) or " ")
    said = parse("".join(parts).strip())
    ahead = read_ahead(made, 0.5)
    joined = parse("".join(sentence.raw for sentence in ahead))
    assert joined.plain.split() == said.plain.split()
    if said.plain.strip():
        cited = sorted(marker.number for marker in joined.markers)
        assert cited == sorted(marker.number for marker in said.markers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('There are 8 heads [1: "8 parallel attention layers"].', True),
        ("There are 8 heads.", False),
        ("Dropout is 0.7 [2].", False),
        ("## Heads", True),
    ],
)
def test_support_is_what_verification_finds(text: str, expected: bool) -> None:
    [sentence] = read_ahead(Completion(text, Usage()), 0.5)
    assert is_borne_out(sentence, make_evidence(TRANSFORMER)) is expected

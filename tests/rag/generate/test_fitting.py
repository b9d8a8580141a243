"""What a window holds of the evidence, by a server that refuses what is longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.fitting import FEWEST_CHARS, beginning, fitting
from rag.generate.llm import LLMGenerator
from rag.generate.passage import passage_text
from rag.generate.prompt import load_prompt
from rag.llm import ChatModel
from rag.types import Evidence, Kind, Message, Query, Span
from tests.rag.generate.made_evidence import made_evidence
from tests.scripted_llm import Messages, Reply, ScriptedServer, fails, says

Make = Callable[..., ChatModel]
QUERY = Query("How many heads are there?")
SENTENCE = "We employ eight parallel attention layers, or heads, in this work. "


def counted(texts: Sequence[str]) -> list[int]:
    """A token a word."""
    return [len(text.split()) for text in texts]


def asked(evidence: Sequence[Evidence]) -> list[Message]:
    told = "\n".join(map(passage_text, evidence))
    return [{"role": "system", "content": "Answer."}, {"role": "user", "content": told}]


def passages(*words: int) -> list[Evidence]:
    return [
        made_evidence([(Kind.PARAGRAPH, "word " * count)], rank=rank)
        for rank, count in enumerate(words, 1)
    ]


@pytest.mark.parametrize(
    ("words", "room", "kept"),
    [
        ((10, 10, 10), 31, 3),
        ((10, 10, 10), 30, 2),
        ((10, 10, 10), 11, 1),
        ((10, 200, 10), 100, 1),
        ((10,), 11, 1),
    ],
)
def test_the_first_passages_that_fit_are_kept(words: tuple[int, ...], room: int, kept: int) -> None:
    evidence = passages(*words)
    assert fitting(evidence, room, asked, counted) == evidence[:kept]


def test_a_first_passage_that_does_not_fit_is_cut() -> None:
    [cut] = fitting(passages(1000, 10), 101, asked, counted)
    assert 50 < counted([passage_text(cut)])[0] <= 100
    assert passages(1000)[0].chunk.text.startswith(passage_text(cut))


@given(words=st.lists(st.integers(1, 400), min_size=1, max_size=8), room=st.integers(60, 1500))
def test_what_is_kept_fits_and_no_more_would(words: list[int], room: int) -> None:
    evidence = passages(*words)
    kept = fitting(evidence, room, asked, counted)
    tokens = sum(counted([message["content"] for message in asked(kept)]))
    assert tokens <= room or len(passage_text(kept[0])) <= FEWEST_CHARS
    if kept == evidence[: len(kept)] and len(kept) < len(evidence):
        more = asked(evidence[: len(kept) + 1])
        assert sum(counted([message["content"] for message in more])) > room


TEXT = "Eight heads are used. The rate is 0.0001 at first. Nobody knows why."


@pytest.mark.parametrize(
    ("shown", "chars", "read"),
    [
        ((), 200, TEXT),
        ((), 30, "Eight heads are used."),
        ((), 21, "Eight heads are used."),
        ((), 20, "Eight heads are"),
        ((), 4, "Eigh"),
        ((), 0, ""),
        (((22, 50),), 28, "The rate is 0.0001 at first."),
        (((22, 50),), 16, "The rate is"),
        (((0, 21), (51, 68)), 30, "Eight heads are used.\n[…]\nNobody"),
        (((0, 21), (51, 68)), 21, "Eight heads are used."),
    ],
)
def test_a_beginning_ends_with_a_sentence_or_a_word(
    shown: tuple[tuple[int, int], ...], chars: int, read: str
) -> None:
    spans = tuple(Span(*pair) for pair in shown)
    made = replace(made_evidence([(Kind.PARAGRAPH, TEXT)]), shown=spans)
    cut = beginning(made, chars)
    assert passage_text(cut) == read
    assert cut.chunk == made.chunk


def test_what_stands_at_the_end_of_a_passage_is_read_where_little_else_is() -> None:
    """The extracts of what is too long may be the last words of a chunk."""
    long = made_evidence([(Kind.PARAGRAPH, "word " * 900 + "telling " * 100)])
    [cut] = fitting([replace(long, shown=(Span(4500, 5300),))], 61, asked, counted)
    assert 20 < passage_text(cut).count("telling") <= 60


WINDOW = 2500


def small(model: ChatModel) -> Callable[[Messages], Reply]:
    """A server whose model reads ``WINDOW`` tokens, with the answer."""

    def reply(messages: Messages) -> Reply:
        read = sum(model.count_tokens([message["content"] for message in messages]))
        if read + 800 > WINDOW:
            return fails(400, f"maximum context length is {WINDOW}")
        return says('There are eight [1: "eight parallel attention layers"].')

    return reply


@pytest.mark.parametrize(
    ("sentences", "count", "requests"), [(12, 20, 1), (1, 3, 1), (2000, 1, 1), (2000, 4, 1)]
)
def test_a_known_window_is_never_overrun(
    server: ScriptedServer, make_model: Make, sentences: int, count: int, requests: int
) -> None:
    model = make_model(context_tokens=WINDOW)
    server.play(small(model))
    evidence = [
        made_evidence([(Kind.PARAGRAPH, SENTENCE * sentences)], rank=rank)
        for rank in range(1, count + 1)
    ]
    draft = LLMGenerator(model, load_prompt()).generate(QUERY, evidence)
    assert draft.citations
    assert len(server.requests) == requests
    assert ("it was given fewer" in draft.note) == (sentences * count > 100 and count > 1)
    assert ("it was given the beginning" in draft.note) == (sentences * count > 100 and count == 1)
    assert draft.evidence is None or len(draft.evidence) <= count
    assert (draft.evidence is None) == (sentences * count < 100)


def test_an_unknown_window_is_found_out(server: ScriptedServer, make_model: Make) -> None:
    model = make_model()
    server.play(small(model))
    evidence = [
        made_evidence([(Kind.PARAGRAPH, SENTENCE * 12)], rank=rank) for rank in range(1, 21)
    ]
    draft = LLMGenerator(model, load_prompt()).generate(QUERY, evidence)
    assert draft.citations
    assert len(server.requests) > 1


def test_a_window_leaves_room_for_question_and_answer(
    server: ScriptedServer, make_model: Make
) -> None:
    model = make_model(context_tokens=1000, max_tokens=900)
    assert model.room_tokens == 450
    server.play(says("Eight."))
    model.complete([{"role": "user", "content": "How many?"}])
    assert server.requests[0]["max_tokens"] == 500


def test_windows_are_known_where_litellm_lists_them(make_model: Make) -> None:
    assert make_model(model="openai/gpt-4o-mini").room_tokens == int(0.9 * (128_000 - 800))
    assert make_model().room_tokens is None

"""What a window holds of the evidence, by a server that refuses what is longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.fitting import FEWEST_CHARS, beginning, fitting
from rag.generate.llm import LLMGenerator
from rag.generate.prompt import load_prompt
from rag.llm import ChatModel
from rag.types import Evidence, Kind, Message, Query
from tests.rag.generate.made_evidence import OFFSET, made_evidence
from tests.scripted_llm import Messages, Reply, ScriptedServer, fails, says

Make = Callable[..., ChatModel]
QUERY = Query("How many heads are there?")
SENTENCE = "We employ eight parallel attention layers, or heads, in this work. "


def counted(texts: Sequence[str]) -> list[int]:
    """A token a word."""
    return [len(text.split()) for text in texts]


def asked(evidence: Sequence[Evidence]) -> list[Message]:
    told = "\n".join(each.chunk.text for each in evidence)
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
    assert 50 < counted([cut.chunk.text])[0] <= 100
    assert cut.chunk.span.start == OFFSET
    assert len(cut.chunk.span) == len(cut.chunk.text)


@given(words=st.lists(st.integers(1, 400), min_size=1, max_size=8), room=st.integers(60, 1500))
def test_what_is_kept_fits_and_no_more_would(words: list[int], room: int) -> None:
    evidence = passages(*words)
    kept = fitting(evidence, room, asked, counted)
    tokens = sum(counted([message["content"] for message in asked(kept)]))
    assert tokens <= room or len(kept[0].chunk.text) <= FEWEST_CHARS
    if kept == evidence[: len(kept)] and len(kept) < len(evidence):
        more = asked(evidence[: len(kept) + 1])
        assert sum(counted([message["content"] for message in more])) > room


def test_a_beginning_is_verbatim() -> None:
    [whole] = passages(50)
    assert whole.chunk.text.startswith(beginning(whole, 33).chunk.text)
    assert beginning(whole, 10_000) == whole


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

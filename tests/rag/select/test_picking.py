"""A language model picks sentences by number, and nothing that it writes gets into the evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.config import Llm
from rag.errors import ModelError, UnusableAnswer
from rag.llm import ChatModel
from rag.llm_cache import CompletionCache
from rag.select.condensing import sentences_shown
from rag.select.judged import JudgedEmphasis, JudgedExtracts
from rag.select.picking import Picker, numbers_in
from rag.types import Query
from tests.rag.select.library import words
from tests.scripted_llm import MODEL, ScriptedServer, fails, says
from tests.values import make_evidence, make_paper

QUERY = Query("Which animals dig?")
TEXTS = ["The quokka is one. It hops.", "A wombat digs. It bites.\n#1 says so. It waits."]
EVIDENCE = make_evidence(make_paper({"Method": TEXTS}))
SENTENCES = [sentences_shown(each) for each in EVIDENCE]
Make = Callable[..., ChatModel]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 3", [1, 3]),
        ("#2 and #4-5.", [2, 4, 5]),
        ("3–4, 3", [3, 4]),
        ("[1] [2]", [1, 2]),
        ("0, 6, 99999, 5", [5]),
        ("4-99999", [4, 5]),
        ("5-2", []),
        ("none of them", []),
        ("1234567890123", []),
    ],
)
def test_numbers_and_ranges_are_read(text: str, numbers: list[int]) -> None:
    assert numbers_in(text, 5) == numbers


def test_what_is_picked_is_the_papers_sentence(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("<think>It may be 1.</think>3, 5"))
    made = JudgedEmphasis(Picker(make_model())).select(QUERY, EVIDENCE)
    assert [[m.of(e.chunk.text) for m in e.marked] for e in made.evidence] == [
        [],
        ["A wombat digs.", "It waits."],
    ]
    assert made.note == "marked 2 sentences"
    assert made.usage.prompt_tokens == 100


def test_every_sentence_is_shown_once_under_its_number(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("NONE"))
    Picker(make_model()).pick("emphasis-v1", QUERY, EVIDENCE, SENTENCES)
    system, user = server.requests[0]["messages"]
    lines = [line for line in user["content"].splitlines() if line.startswith("#")]
    assert lines == [
        "#1 The quokka is one.",
        "#2 It hops.",
        "#3 A wombat digs.",
        "#4 It bites. #1 says so.",
        "#5 It waits.",
    ]
    assert user["content"].rstrip().endswith(">")
    assert "They were written by strangers" in system["content"]


def test_none_is_an_answer_and_prose_is_not(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("None."))
    picker = Picker(make_model())
    assert picker.pick("emphasis-v1", QUERY, EVIDENCE, SENTENCES)[0] == set()
    server.play(says("I can't say."))
    with pytest.raises(UnusableAnswer, match="named none of 5 sentences"):
        picker.pick("emphasis-v1", QUERY, EVIDENCE, SENTENCES)


def test_an_answer_that_is_kept_costs_nothing(
    server: ScriptedServer, make_model: Make, tmp_path: Path
) -> None:
    server.play(says("3"), says("4"))
    cache = CompletionCache(tmp_path / "kept.sqlite", Llm(model=MODEL, api_base=server.url))
    picker = Picker(make_model(), cache)
    first = picker.pick("emphasis-v1", QUERY, EVIDENCE, SENTENCES)
    again = picker.pick("emphasis-v1", QUERY, EVIDENCE, SENTENCES)
    assert (first[0], again[0]) == ({(1, 0)}, {(1, 0)})
    assert (first[1].prompt_tokens, again[1].prompt_tokens) == (100, 0)
    assert len(server.requests) == 1


def test_extracts_are_asked_for_only_where_it_is_too_long(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("1, 3-4"))
    picker = Picker(make_model())
    assert JudgedExtracts(picker, 99, words).select(QUERY, EVIDENCE).evidence == EVIDENCE
    assert server.requests == []
    made = JudgedExtracts(picker, 10, words).select(QUERY, EVIDENCE)
    shown = [[part.of(e.chunk.text) for part in e.shown] for e in made.evidence]
    assert shown == [["The quokka is one."], ["A wombat digs. It bites.\n#1 says so."]]
    assert made.note == "kept 3 of 5 sentences"
    assert "at most 10 tokens" in server.requests[0]["messages"][0]["content"]


def test_a_model_that_picks_nothing_leaves_it_as_it_is(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("NONE"))
    made = JudgedExtracts(Picker(make_model()), 10, words).select(QUERY, EVIDENCE)
    assert (made.evidence, made.note) == (EVIDENCE, "the model picked nothing")


def test_a_failure_is_the_steps(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(401, "bad key"))
    with pytest.raises(ModelError):
        JudgedEmphasis(Picker(make_model())).select(QUERY, EVIDENCE)

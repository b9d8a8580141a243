"""The whole query path against a model server that misbehaves: never failed, never late."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.query.recorded import Generation, Recorded
from rag.types import Filter, Retrieval, Status, Turn
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, fails, says

DEADLINE_S = 0.8
MARGIN_S = 2.5
"""For the search itself, on a busy machine."""

PAPER = """---
title: Forgetting on Purpose
year: 2017
---
# Forgetting on Purpose

## 1 Introduction

Networks that remember everything generalise badly.

## 2 Dropout

Every hidden unit is switched off with a dropout rate of 0.3 at each training step.

## 3 Results

Our network reaches 91.5 percent accuracy on the harbour data set.
"""
QUESTION = "Which dropout rate is used for hidden units?"
PASSAGE = "Every hidden unit of the network is switched off with a dropout rate of one half."
ANSWERS = {
    "Write the passage": PASSAGE,
    "search queries": "1. hidden units switched off\n2. method: dropout",
    "one step back": "How is the network regularised?",
    "Translate it": "Which dropout rate is used?",
    "newest question": "Which accuracy does dropout reach on the harbour data set?",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rewriting")
    (folder / "paper.md").write_text(PAPER)
    list(ingest([folder / "paper.md"], folder / "library", Settings.model_validate(PLAIN)))
    return folder / "library"


PLAIN = {"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}, "rerank": {"kind": "none"}}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "completions.sqlite"


def settings(server: ScriptedServer | None = None, **query: object) -> Settings:
    llm = {"model": MODEL, "api_base": server.url, "retries": 0} if server else {}
    table = {"step_back": True, "deadline_s": DEADLINE_S, **query}
    return Settings.model_validate({**PLAIN, "query": table, "llm": llm})


def search(
    library: Path,
    with_settings: Settings,
    text: str = QUESTION,
    history: tuple[Turn, ...] = (),
    recorded: Recorded | None = None,
) -> tuple[Retrieval, float]:
    """What was found, and in how many seconds."""
    with open_library(library, with_settings, recorded) as opened:
        opened.papers()
        start = time.monotonic()
        found = opened.search(text, Filter(), 5, history)
        return found, time.monotonic() - start


def answers(messages: Messages) -> Reply:
    """What a good model would say to each of the prompts."""
    return says(next(said for task, said in ANSWERS.items() if task in messages[0]["content"]))


def status(found: Retrieval) -> dict[str, Status]:
    return {trace.name: trace.status for trace in found.trace.transforms}


def test_all_variants_are_searched_in_both_indexes(library: Path, server: ScriptedServer) -> None:
    server.play(answers)
    found, _ = search(library, settings(server, deadline_s=20.0))
    names = ["original", "multi-query-1", "multi-query-2", "hyde", "step-back"]
    assert [v.name for v in found.trace.variants] == names
    lists = {name for hit in found.trace.hits for name in hit.ranks}
    assert lists >= {f"dense/{name}" for name in names}
    assert "bm25/hyde" in lists
    done = {"multi-query", "hyde", "step-back"}
    assert {name for name, each in status(found).items() if each is Status.DONE} == done
    assert found.trace.usage.prompt_tokens == 300


BAD = {
    "empty": (says(""), Status.FAILED, "wrote nothing"),
    "garbage": (says("%%% @@@"), Status.FAILED, "wrote no "),
    "apology": (says("I'm sorry, I can't help."), Status.FAILED, "wrote no "),
    "error": (fails(500, "boom"), Status.FAILED, "failed (boom)"),
    "no completion": (Reply(body=b"{not json"), Status.FAILED, "sent no valid answer"),
    "web page": (Reply(body=b"<html>busy</html>"), Status.FAILED, "sent no valid answer"),
    "cut": (says(PASSAGE, cut_after=2), Status.FAILED, "broke off"),
    "silent": (says(PASSAGE, delay_s=60), Status.LATE, "not there after 0.8 s"),
    "stalled": (says(PASSAGE, stall_after=2), Status.LATE, "not there after 0.8 s"),
    "stalled, alive": (
        says(PASSAGE, stall_after=2, keep_alive=True),
        Status.LATE,
        "not there after 0.8 s",
    ),
    "never finishing": (says("word " * 900, gap_s=0.05), Status.LATE, "query.deadline_s"),
}


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_model_neither_fails_nor_delays_the_query(
    library: Path, server: ScriptedServer, bad: str
) -> None:
    reply, what, note = BAD[bad]
    server.play(reply)
    plain, _ = search(library, settings())
    deadline_s = DEADLINE_S if what is Status.LATE else 20.0
    found, seconds = search(library, settings(server, deadline_s=deadline_s))
    assert seconds < DEADLINE_S + MARGIN_S
    assert [e.chunk for e in found.evidence] == [e.chunk for e in plain.evidence]
    traces = [t for t in found.trace.transforms if t.name in {"hyde", "multi-query", "step-back"}]
    assert [(t.status, note in t.note) for t in traces] == [(what, True)] * 3


def test_retries_end_with_the_deadline(library: Path, server: ScriptedServer) -> None:
    server.play(fails(503, "not now"))
    stubborn = settings(server)
    many = stubborn.model_copy(update={"llm": stubborn.llm.model_copy(update={"retries": 50})})
    _, seconds = search(library, many)
    assert seconds < DEADLINE_S + MARGIN_S
    time.sleep(2 * DEADLINE_S)
    asked = len(server.requests)
    time.sleep(1.0)
    assert len(server.requests) == asked  # nobody goes on asking for a query that is over


def test_one_bad_transform_leaves_the_others(library: Path, server: ScriptedServer) -> None:
    def torn(messages: Messages) -> Reply:
        stalls = "search queries" in messages[0]["content"]
        return says("1. dropout", stall_after=1) if stalls else answers(messages)

    server.play(torn)
    found, seconds = search(library, settings(server, deadline_s=2.0))
    assert seconds < 2.0 + MARGIN_S
    assert status(found)["multi-query"] is Status.LATE
    assert status(found)["hyde"] is Status.DONE
    assert [v.name for v in found.trace.variants] == ["original", "hyde", "step-back"]


HISTORY = (Turn("How does DenseNet use dropout?", "After each layer [1]."),)
FOLLOW_UP = "Which accuracy does it reach?"


def test_a_follow_up_is_searched_for_as_the_model_understands_it(
    library: Path, server: ScriptedServer
) -> None:
    server.play(answers)
    found, _ = search(library, settings(server, deadline_s=20.0), FOLLOW_UP, HISTORY)
    assert found.query.text == FOLLOW_UP
    assert found.searched.text == ANSWERS["newest question"]
    assert found.trace.variants[0].text == ANSWERS["newest question"]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_the_rule_stands_in_within_the_deadline(
    library: Path, server: ScriptedServer, bad: str
) -> None:
    server.play(BAD[bad][0])
    found, seconds = search(library, settings(server), FOLLOW_UP, HISTORY)
    assert seconds < DEADLINE_S + MARGIN_S
    assert found.searched.text == f"{FOLLOW_UP} (DenseNet)"
    [trace] = [t for t in found.trace.transforms if t.name == "contextualise"]
    assert trace.status is Status.DONE
    assert "by rule: " in trace.note


def test_without_a_model_the_rule_works_alone(library: Path) -> None:
    found, _ = search(library, settings(), FOLLOW_UP, HISTORY)
    assert found.searched.text == f"{FOLLOW_UP} (DenseNet)"
    off, _ = search(library, settings(contextualise=False), FOLLOW_UP, HISTORY)
    assert off.searched.text == FOLLOW_UP
    assert "contextualise" not in status(off)


def test_a_foreign_question_is_translated(library: Path, server: ScriptedServer) -> None:
    server.play(answers)
    german = "Welche Dropout-Rate wird für die Einheiten verwendet?"
    found, _ = search(library, settings(server, deadline_s=20.0), german)
    variants = {v.name: v.text for v in found.trace.variants}
    assert variants["original"] == german
    assert variants["translation"] == ANSWERS["Translate it"]


def test_the_second_search_is_answered_from_the_cache(
    library: Path, server: ScriptedServer, own_cache: Path
) -> None:
    server.play(answers)
    first, _ = search(library, settings(server, deadline_s=20.0))
    again, _ = search(library, settings(server, deadline_s=20.0))
    assert len(server.requests) == 3
    assert again.trace.variants == first.trace.variants
    assert again.trace.usage.prompt_tokens == 0
    own_cache.write_bytes(b"damaged " * 2000)
    assert search(library, settings(server, deadline_s=20.0))[0].trace.variants
    assert len(server.requests) == 6
    search(library, settings(server, deadline_s=20.0, cache=False))
    assert len(server.requests) == 9


def test_every_switch_takes_its_transform_away(library: Path, server: ScriptedServer) -> None:
    server.play(answers)
    off = dict.fromkeys(("hyde", "multi_query", "step_back", "translate"), False)
    found, _ = search(library, settings(server, **off))
    assert [v.name for v in found.trace.variants] == ["original"]
    assert server.requests == []


def test_recorded_generations_stand_in_for_a_model(library: Path) -> None:
    known = Recorded({QUESTION: Generation(PASSAGE, ("dropout", "units"), "What regularises?")})
    found, _ = search(library, settings(), recorded=known)
    names = ["original", "multi-query-1", "multi-query-2", "hyde", "step-back"]
    assert [v.name for v in found.trace.variants] == names
    usual, _ = search(library, settings(step_back=False, rewrites=1), recorded=known)
    assert [v.name for v in usual.trace.variants] == ["original", "multi-query-1", "hyde"]

"""Whatever the language model does, there is an outcome of use, in time, and no thread is lost.

Each case goes the four ways in which people ask. A model that stalls does so for ten minutes: if
anything waited for it, the test would not end.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.schemas import answer_json
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.types import Answer
from tests.api.failing_models import CASES, Case, Failing, answers
from tests.api.hosting import events, hosted
from tests.copying import copied
from tests.scripted_llm import MODEL, ScriptedServer, fails, scripted_server

QUESTION = "What is in the context line of a chunk?"
HANG_S = 120.0
"""Far beyond every deadline, and far from what a model that stalls would take."""


@dataclass(frozen=True)
class World:
    """A library with a model, opened and served."""

    model: ScriptedServer
    library: Library
    client: httpx.Client
    config: Path

    def play(self, case: Case) -> None:
        self.model.play(Failing(*case.turns))


def _llm(url: str) -> dict[str, Any]:
    waits = {"timeout_s": 2.0, "stall_s": 1.5, "deadline_s": 6.0}
    return {"model": MODEL, "api_base": url, "retries": 1, **waits}


QUERY = {"hyde": False, "multi_query": False, "cache": False, "deadline_s": 3.0}


@pytest.fixture(scope="module")
def world(small_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("failing")
    path = copied(small_library, folder / "library")
    with scripted_server() as model:
        settings = {"llm": _llm(model.url), "query": QUERY}
        config = folder / "scholium.toml"
        config.write_text(_toml(settings))
        model.play(Failing(answers()))
        with (
            open_library(path, Settings.model_validate(settings)) as library,
            hosted(path, settings) as client,
        ):
            library.ask(QUESTION)  # the first call loads what others find loaded
            yield World(model, library, client, config)


def _toml(tables: dict[str, dict[str, Any]]) -> str:
    return "\n".join(
        line
        for name, keys in tables.items()
        for line in (f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items()))
    )


@contextmanager
def in_time(model: ScriptedServer) -> Iterator[None]:
    """A block that must end while whatever stalls in the server stalls."""
    given_up = threading.Timer(HANG_S, model.closing.set)
    given_up.start()
    try:
        yield
    finally:
        given_up.cancel()
    assert not model.closing.is_set(), "somebody waited for a model that stalls"


def asked(world: World) -> Any:
    return answer_json(world.library.ask(QUESTION))


def streamed(world: World) -> Any:
    *_, last = world.library.ask_stream(QUESTION)
    assert isinstance(last, Answer)
    return answer_json(last)


def commanded(world: World) -> Any:
    where = ["--library", str(world.library.path), "--config", str(world.config)]
    done = CliRunner().invoke(main, ["ask", QUESTION, "--json", *where])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def served(world: World) -> Any:
    """In a thread, which keeps the question and its outcome, and goes on."""
    thread = world.client.post("/v1/threads", json={}).json()["id"]
    outcome = _answered(world, thread, QUESTION)
    world.model.play(Failing(answers()))
    following = _answered(world, thread, "And what is in its chunks?")
    assert following["state"] == "done"
    assert following["citations"]
    kept = world.client.get(f"/v1/threads/{thread}").json()["answers"]
    assert [each["request"]["question"] for each in kept] == [
        QUESTION,
        "And what is in its chunks?",
    ]
    assert kept[0] == outcome
    return outcome


def _answered(world: World, thread: str, question: str) -> Any:
    body = {"question": question, "thread_id": thread}
    headers = {"Accept": "text/event-stream"}
    with world.client.stream("POST", "/v1/ask", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        *_, (_, kind, last) = events(answer.iter_lines())
    assert kind == "done"
    return last


@pytest.mark.slow
@pytest.mark.parametrize("way", [asked, streamed, commanded, served])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_there_is_an_outcome_of_use(world: World, case: Case, way: Callable[[World], Any]) -> None:
    world.play(case)
    with in_time(world.model):
        answer = way(world)
    assert answer["answer"].strip()
    assert answer["citations"], answer["note"]
    assert bool(answer["model"]) == case.written
    assert answer["model"] in ("", MODEL)
    if case.note:
        assert re.search(case.note, answer["note"])
    else:
        assert not answer["note"]
    if not case.written:
        assert "this answer" in answer["note"]  # it says where the answer comes from


@pytest.mark.slow
@pytest.mark.parametrize("way", [asked, streamed])
def test_a_server_that_is_not_there(
    small_library: Path, world: World, way: Callable[[World], Any]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    settings = Settings.model_validate({"llm": _llm(nobody), "query": QUERY})
    with open_library(small_library, settings) as library:
        answer = way(replace(world, library=library))
    assert answer["citations"]
    assert "can't be reached" in answer["note"]


@pytest.mark.slow
def test_a_day_without_budget_is_a_day_of_extracts(
    small_library: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path))
    llm = {**_llm(world.model.url), "budget": {"day_tokens": 10}}
    query = {**QUERY, "multi_query": True}
    chosen = {"llm": llm, "query": query, "embedder": {"kind": "minilm"}}
    world.model.play(fails(500, "not to be asked"))
    with open_library(small_library, Settings.model_validate(chosen)) as library:
        answer = answer_json(library.ask(QUESTION))
    assert answer["citations"]
    assert "llm.budget.day_tokens" in answer["note"]
    assert world.model.requests == []

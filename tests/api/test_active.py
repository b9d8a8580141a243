"""Asking again from end to end: papers, indexes, a model on loopback, and what people see of it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.api.hosting import events, hosted
from tests.copying import copied
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, says, scripted_server

QUESTION = "What is in a chunk's context line, and which constant does rank fusion use?"
LINE = "the title of the paper followed by the path of section headings"
CONSTANT = "We set the constant k of reciprocal rank fusion to 60"


def cited(claim: str, quote: str, told: str) -> str:
    """``claim`` with the number that the passage with ``quote`` has in this request, if any."""
    parts = re.findall(r"<evidence \w+ (\d+)>(.*?)</evidence", told, re.DOTALL)
    numbers = [number for number, text in parts if quote in " ".join(text.split())]
    return f'{claim} [{numbers[0]}: "{quote}"].' if numbers else f"{claim}."


def model(messages: Messages) -> Reply:
    """Does what each prompt asks for, with what it is given to read."""
    system, told = messages[0]["content"], messages[-1]["content"]
    line = cited("The context line is the title followed by the section headings", LINE, told)
    constant = cited("The constant k of reciprocal rank fusion is 60", CONSTANT, told)
    if "that have to be looked up" in system:
        return says("1. What does the context line hold?\n2. Which constant k has rank fusion?")
    if "First write notes" in system:
        return says(f"{line}\n{constant}\nENOUGH")
    if "write down what you know" in system:
        return says("1. The constant k of reciprocal rank fusion is 10.")
    if "Gather what bears" in system:
        [number] = re.findall(r"\[(\d+):", constant)
        claim = {
            "claim": "The constant k of reciprocal rank fusion is 60.",
            "evidence": [int(number)],
            "own": [1],
            "relation": "conflict",
            "own_says": "The constant k of reciprocal rank fusion is 10.",
        }
        return says(json.dumps(claim))
    if "<doubt" in told:
        return says(constant)
    if "from your memory" in system or "wrote from memory" in system:
        return says(f"{constant} I had believed that it is 10 [not from the papers].")
    return says(f"{line} The constant k of reciprocal rank fusion is 77.")


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        running.play(model)
        yield running


def environment(server: ScriptedServer) -> dict[str, str]:
    return {
        "SCHOLIUM_LLM__MODEL": MODEL,
        "SCHOLIUM_LLM__API_BASE": server.url,
        "SCHOLIUM_QUERY__HYDE": "false",
        "SCHOLIUM_QUERY__MULTI_QUERY": "false",
        "SCHOLIUM_QUERY__CACHE": "false",
        "COLUMNS": "100",
    }


def ask(library: Path, server: ScriptedServer, *options: str) -> Result:
    arguments = ["ask", QUESTION, "--library", str(library), *options]
    return CliRunner(env=environment(server)).invoke(main, arguments, prog_name="scholium")


STEPS = {
    "flare": ["look-ahead", "search", "rewrite"],
    "multi-hop": ["sub-questions", "search", "search", "read"],
    "astute": ["own knowledge", "consolidate", "conflict", "search", "consolidate"],
}
KINDS = pytest.mark.parametrize("kind", STEPS)


@KINDS
def test_each_method_tells_how_its_answer_came_about(
    kind: str, small_library: Path, server: ScriptedServer
) -> None:
    result = ask(small_library, server, "--active", kind, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    steps = answer["trace"]["steps"]
    assert [step["kind"] for step in steps][: len(STEPS[kind])] == STEPS[kind]
    assert any(c["quote"] and CONSTANT in c["quote"] for c in answer["citations"]) or (
        kind == "multi-hop" and LINE in answer["citations"][0]["quote"]
    )
    held = {hit["chunk_id"] for hit in answer["evidence"]}
    assert {citation["chunk_id"] for citation in answer["citations"]} <= held
    assert all(re.match(r"\(.+p\. \d+\)$", f["place"]) for s in steps for f in s["found"])
    spent = sum(step["usage"]["prompt_tokens"] for step in steps)
    assert 0 < spent <= answer["usage"]["prompt_tokens"]


@KINDS
def test_a_person_can_follow_it(kind: str, small_library: Path, server: ScriptedServer) -> None:
    result = ask(small_library, server, "--active", kind, "--explain")
    assert result.exit_code == 0, result.output
    headings = re.findall(r"^ *(\d+) ([a-z -]+?)  round \d+, \d+ ms", result.stdout, re.MULTILINE)
    assert [name for _, name in headings][: len(STEPS[kind])] == STEPS[kind]
    assert [int(number) for number, _ in headings] == list(range(1, len(headings) + 1))
    assert re.search(r"generate +\d+\.\d ms", result.stdout)


def test_memory_is_marked_and_the_conflict_told(
    small_library: Path, server: ScriptedServer
) -> None:
    result = ask(small_library, server, "--active", "astute")
    said = " ".join(result.stdout.split())
    assert "I had believed that it is 10 [not from the papers]." in said
    assert "The model believed otherwise: “The constant k of reciprocal rank fusion is 10.”" in said


def test_configuration_alone_switches_it_on(
    small_library: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    config = tmp_path / "hop.toml"
    config.write_text('[active]\nkind = "multi-hop"\nquestions = 1\n')
    result = ask(small_library, server, "--config", str(config), "--json")
    kinds = [step["kind"] for step in json.loads(result.stdout)["trace"]["steps"]]
    assert kinds == ["sub-questions", "search", "read"]


def test_without_a_model_the_parts_are_searched_for(
    small_library: Path, server: ScriptedServer
) -> None:
    result = ask(small_library, server, "--no-llm", "--active", "multi-hop", "--json")
    steps = json.loads(result.stdout)["trace"]["steps"]
    assert [step["asked"] for step in steps[1:]] == [
        "What is in a chunk's context line?",
        "which constant does rank fusion use?",
    ]


def test_what_needs_a_model_says_so(small_library: Path, server: ScriptedServer) -> None:
    result = ask(small_library, server, "--no-llm", "--active", "flare")
    assert result.exit_code == 2
    assert "--active flare needs a language model: set llm.model." in result.stderr


def test_clients_of_the_server_hear_of_each_step(
    small_library: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    library = copied(small_library, tmp_path / "library")
    settings: dict[str, Any] = {
        "llm": {"model": MODEL, "api_base": server.url},
        "query": {"hyde": False, "multi_query": False, "cache": False},
        "active": {"kind": "flare"},
    }
    with hosted(library, settings) as client:
        headers = {"Accept": "text/event-stream"}
        body = {"question": QUESTION}
        with client.stream("POST", "/v1/ask", json=body, headers=headers) as response:
            came = [(kind, data) for _, kind, data in events(response.iter_lines())]
    steps = [data for kind, data in came if kind == "step"]
    assert [step["kind"] for step in steps] == STEPS["flare"]
    [done] = [data for kind, data in came if kind == "done"]
    assert done["trace"]["steps"] == steps
    order = [kind for kind, _ in came]
    assert order.index("evidence") < order.index("step") < order.index("token")


def test_who_waits_sees_the_steps(small_library: Path, server: ScriptedServer) -> None:
    ours, theirs = pty.openpty()
    variables = {**environment(server), "TERM": "xterm"}
    words = ["ask", QUESTION, "--library", str(small_library), "--active", "multi-hop"]
    code = "from api.cli import main; main(prog_name='scholium')"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=theirs, env={**os.environ, **variables}
    )
    os.close(theirs)
    shown = ""
    while data := _read(ours):
        shown += data
    assert process.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", shown)
    asked = ["sub-questions: ", "search: What does the context line hold?  ", "read: "]
    places = [plain.find(each) for each in asked]
    assert -1 < places[0] < places[1] < places[2] < plain.find("The context line is the title fo")


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # the other side is closed
        return ""

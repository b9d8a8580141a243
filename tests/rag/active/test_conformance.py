"""What every active method promises, whatever becomes of its model."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from rag.active.bounds import Bounds
from rag.llm import ChatModel
from rag.protocols import Active
from tests.rag.active import methods
from tests.rag.active.conftest import Shelf
from tests.rag.active.methods import Make, run
from tests.scripted_llm import Messages, Reply, Script, ScriptedServer, fails, says

QUESTION = "How do the Transformer and BERT compare in attention heads?"
LATEST_S = 6.0

GOOD = 'It has 8 heads [1: "h = 8 parallel attention layers"].'


def plays_along(messages: Messages) -> Reply:
    """A model that does what each prompt asks for."""
    system, user = messages[0]["content"], messages[-1]["content"]
    if "that have to be looked up" in system:
        return says("1. How many heads has BERT large?\n2. How many heads has the Transformer?")
    if "First write notes" in system:
        return says(f"{GOOD}\nENOUGH")
    if "write down what you know" in system:
        return says("1. The Transformer has 12 heads.")
    if "Gather what bears" in system:
        return says(
            '{"claim": "The model employs 8 heads, attention layers.", "evidence": [1], '
            '"own": [1], "relation": "conflict", "own_says": "It has 12 heads."}'
        )
    if "<doubt" in user:
        return says('BERT large has 16 heads [4: "16 self-attention heads"].')
    return says(f"{GOOD} BERT large has 99 heads [1].")


FAILURES: dict[str, Script] = {
    "plays along": plays_along,
    "refuses": fails(401, "bad key"),
    "is broken": fails(500, "oops"),
    "writes nothing": says(""),
    "writes garbage": says("}{ [[[ lorem"),
    "is cut": Reply(("There", " are"), cut_after=1),
    "stalls": Reply(("There are",) * 4, stall_after=1, keep_alive=True),
    "says it is not there": says("NOT FOUND"),
    "asks for ever": says("1. What is dropout?\nASK: What is dropout?"),
    "cites what is not there": says("There are 8 heads [77]."),
}
MAKERS: list[Callable[[ChatModel], Active]] = [
    methods.flare,
    methods.multi_hop,
    methods.astute,
    methods.by_parts,
]
METHODS = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def quick(make_model: Make) -> ChatModel:
    return make_model(retries=0, timeout_s=1.0, stall_s=0.5, deadline_s=2.0)


@METHODS
@pytest.mark.parametrize("script", FAILURES.values(), ids=FAILURES)
def test_there_is_an_answer_from_the_evidence(
    make: Callable[[ChatModel], Active],
    script: Script,
    server: ScriptedServer,
    make_model: Make,
    shelf: Shelf,
) -> None:
    server.play(script)
    began = time.monotonic()
    _, _, draft = run(make(quick(make_model)), QUESTION, shelf)
    assert time.monotonic() - began < LATEST_S
    assert draft.text
    assert draft.abstained == (not draft.citations)
    evidence = methods.EVIDENCE if draft.evidence is None else draft.evidence
    for citation in draft.citations:
        assert citation.evidence in evidence
        assert citation.quote in citation.evidence.chunk.text
    markers = set(re.findall(r"\[\d+\]", draft.text))
    assert markers == {citation.marker for citation in draft.citations}
    assert len(server.requests) <= 10


@METHODS
def test_a_search_that_fails_ends_no_answer(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(plays_along)
    shelf.broken = True
    steps, _, draft = run(make(quick(make_model)), QUESTION, shelf)
    assert any("the search failed: the index is gone" in step.note for step in steps)
    assert draft.text


@METHODS
def test_without_evidence_there_is_no_answer(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("NOT FOUND"))
    _, _, draft = run(make(quick(make_model)), "What is love?", Shelf(()), ())
    assert (draft.abstained, draft.citations) == (True, ())
    assert draft.text


@pytest.mark.parametrize("make", [methods.flare, methods.multi_hop, methods.astute])
@pytest.mark.parametrize(
    "bounds",
    [Bounds(1, 100_000, 20.0), Bounds(3, 150, 20.0), Bounds(3, 100_000, 0.3)],
    ids=["rounds", "tokens", "time"],
)
def test_no_bound_is_passed(
    make: Callable[..., Active],
    bounds: Bounds,
    server: ScriptedServer,
    make_model: Make,
    shelf: Shelf,
) -> None:
    def restless(messages: Messages) -> Reply:
        """Always asks on, doubts and disagrees, and takes its time."""
        reply = plays_along(messages)
        said = "".join(reply.pieces).replace("ENOUGH", "ASK: How many TPUs were there for BERT?")
        said = said.replace("16 heads [4", "77 heads [4")
        return says(said + " More follows here.", delay_s=0.2)

    server.play(restless)
    steps, _, draft = run(make(make_model(), bounds), QUESTION, shelf)
    assert max(step.round for step in steps) <= bounds.max_rounds
    stopped = [step.note for step in steps if step.kind == "stop"]
    assert draft.citations
    assert stopped or make is methods.astute
    assert not stopped or stopped[0] in draft.note


@METHODS
def test_what_is_spent_is_told_once(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(plays_along)
    steps, _, draft = run(make(quick(make_model)), QUESTION, shelf)
    spent = draft.usage.prompt_tokens + sum(step.usage.prompt_tokens for step in steps)
    assert spent == 100 * len(server.requests)

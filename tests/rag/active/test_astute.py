"""Memory and papers: compared, kept apart, and said where they differ."""

from __future__ import annotations

import json

from rag.generate.unanswered import NOT_FOUND_TEXT
from tests.rag.active.conftest import Shelf
from tests.rag.active.methods import Make, astute, kinds, run
from tests.scripted_llm import ScriptedServer, fails, says

QUESTION = "What is the dropout rate, and how many heads are there?"
MEMORY = "1. Dropout has a rate of 0.5.\n2. The optimizer is Adam."
CONFLICT = {
    "claim": "Dropout is applied at a rate of 0.1.",
    "evidence": [2],
    "own": [1],
    "relation": "conflict",
    "own_says": "Dropout has a rate of 0.5.",
}
OWN = {"claim": "The optimizer is Adam.", "evidence": [], "own": [2], "relation": "own"}
CLAIMS = "\n".join(map(json.dumps, (CONFLICT, OWN)))
ANSWER = (
    'Dropout has a rate of 0.1 [2: "dropout at a rate of 0.1"]. '
    "I had believed that the rate is 0.5 [not from the papers]. "
    "The optimizer is Adam [not from the papers]."
)


def test_conflicts_are_told_and_memory_is_marked(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(MEMORY), says(CLAIMS), says(ANSWER))
    steps, shown, draft = run(astute(make_model()), QUESTION, Shelf(()))
    assert kinds(steps) == ["own knowledge", "consolidate", "conflict", "search"]
    conflict = steps[2]
    assert (conflict.asked, conflict.said) == (CONFLICT["claim"], CONFLICT["own_says"])
    assert [e.chunk.text for e in conflict.found] == [
        "We apply dropout at a rate of 0.1 to each sub-layer."
    ]
    assert draft.text == ANSWER.replace('[2: "dropout at a rate of 0.1"]', "[2]")
    assert shown == ""
    assert [citation.marker for citation in draft.citations] == ["[2]"]
    assert draft.unsupported == (
        "I had believed that the rate is 0.5.",
        "The optimizer is Adam.",
    )
    assert draft.note == (
        "The model believed otherwise: “Dropout has a rate of 0.5.” "
        "The papers say: “Dropout is applied at a rate of 0.1.”"
    )


def test_a_conflict_is_searched_for_and_compared_again(
    server: ScriptedServer, make_model: Make
) -> None:
    heads = {
        **CONFLICT,
        "claim": "There are 8 heads, attention layers.",
        "evidence": [1],
        "own_says": "There are 16 heads.",
    }
    server.play(says(MEMORY), says(json.dumps(heads)), says(json.dumps(CONFLICT)), says(ANSWER))
    shelf = Shelf()
    steps, _, draft = run(astute(make_model()), QUESTION, shelf)
    rounds = ["consolidate", "conflict", "search"]
    assert kinds(steps) == ["own knowledge", *rounds, *rounds]
    assert shelf.asked == [heads["claim"], CONFLICT["claim"]]
    assert draft.evidence is not None
    assert any(e.chunk.paper_id == "p-bert" for e in draft.evidence)


def test_the_model_sees_both_sides_apart(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(MEMORY), says(CLAIMS), says(ANSWER))
    run(astute(make_model()), QUESTION, Shelf(()))
    elicited, compared, answered = (r["messages"][-1]["content"] for r in server.requests)
    assert "<evidence" not in elicited
    assert compared.index("<evidence ") < compared.index("<own ") < compared.index("<question ")
    assert answered.index("<question ") < answered.index("<own ") < answered.index("<note ")


def test_a_claim_that_the_papers_do_not_bear_out_is_left_out(
    server: ScriptedServer, make_model: Make
) -> None:
    wrong = {**CONFLICT, "claim": "Dropout is applied at a rate of 0.7."}
    server.play(says(MEMORY), says("\n".join(map(json.dumps, (wrong, OWN)))), says(ANSWER))
    steps, _, draft = run(astute(make_model()), QUESTION, Shelf(()))
    assert kinds(steps) == ["own knowledge", "consolidate"]
    assert steps[1].note == "1 not borne out by the evidence"
    assert draft.note == ""


def test_a_model_that_knows_nothing_answers_as_ever(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("NONE"), says('Dropout has a rate of 0.1 [2: "dropout at a rate of 0.1"].'))
    steps, shown, draft = run(astute(make_model()), QUESTION, Shelf())
    assert kinds(steps) == ["own knowledge"]
    assert shown == draft.text == "Dropout has a rate of 0.1 [2]."


def test_memory_alone_is_no_answer_of_the_papers(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(MEMORY), says(CLAIMS), says("The optimizer is Adam [2] [own knowledge]."))
    _, _, draft = run(astute(make_model()), "What is the optimizer?", Shelf(()))
    assert draft.text == (
        "The papers do not answer this. The optimizer is Adam [not from the papers]."
    )
    assert (draft.abstained, draft.citations) == (True, ())


def test_not_found_is_an_answer(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(MEMORY), says(CLAIMS), says("NOT FOUND"))
    _, _, draft = run(astute(make_model()), QUESTION, Shelf(()))
    assert draft.text.startswith(NOT_FOUND_TEXT)
    assert "The nearest things found" in draft.text
    assert draft.abstained
    assert draft.usage.prompt_tokens == 100


def test_garbage_in_place_of_claims_leaves_an_answer(
    server: ScriptedServer, make_model: Make
) -> None:
    good = says('Dropout has a rate of 0.1 [2: "dropout at a rate of 0.1"].')
    server.play(says(MEMORY), says("lorem ipsum"), good)
    steps, _, draft = run(astute(make_model()), QUESTION, Shelf())
    assert kinds(steps) == ["own knowledge", "consolidate", "stop"]
    assert draft.text == "Dropout has a rate of 0.1 [2]."
    assert "wrote no list of JSON objects" in draft.note


def test_an_answer_that_fails_is_extracted(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(MEMORY), says(CLAIMS), fails(401, "bad key"))
    question = "At what rate is dropout applied to each sub-layer?"
    _, _, draft = run(astute(make_model()), question, Shelf(()))
    assert "extracted from the papers without it" in draft.note
    assert draft.citations

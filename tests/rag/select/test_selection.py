"""The whole selection: what is read, what the trace says of it, and what is quoted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rag.build import open_library
from rag.config import Settings
from rag.errors import EmbeddingError, ModelError
from rag.select.ordering import PaperOrder
from rag.select.selection import Selection, WithSelection
from rag.types import Answer, Draft, Evidence, Query, Selected, Status, Usage
from tests.rag.select.library import made_library, settings
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, fails, says
from tests.values import make_evidence, make_paper

QUERY = Query("How does the penalty of EWA grow?")
EVIDENCE = make_evidence(make_paper({"Method": ["One.", "Two."]}))
SPENT = Usage(3, 1, 0.5)


@dataclass(frozen=True)
class Dropping:
    """Leaves out the last passage, at a price."""

    name: str = "dropping"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        return Selected(tuple(evidence[:-1]), "dropped one", SPENT)


@dataclass(frozen=True)
class Failing:
    error: Exception
    name: str = "failing"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        raise self.error


@dataclass(frozen=True)
class Reading:
    """A generator that says what it read."""

    error: ModelError | None = None

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        if self.error:
            raise self.error
        return Draft(" ".join(e.chunk.text for e in evidence), ())

    def stream(self, query: Query, evidence: Sequence[Evidence]):
        yield "One"
        yield self.generate(query, evidence)


def test_each_step_is_traced() -> None:
    read, traces = Selection((PaperOrder(), Dropping()))(QUERY, EVIDENCE)
    assert [e.chunk.text for e in read] == ["One."]
    told = [(t.name, t.status, t.note, t.usage) for t in traces]
    assert told == [
        ("order", Status.IDLE, "", Usage()),
        ("dropping", Status.DONE, "dropped one", SPENT),
    ]


@pytest.mark.parametrize("error", [ModelError("It is down"), EmbeddingError("It is down")])
def test_a_step_that_fails_leaves_the_evidence(error: Exception) -> None:
    read, [trace, _] = Selection((Failing(error), PaperOrder()))(QUERY, EVIDENCE)
    assert read == EVIDENCE
    assert (trace.status, "It is down" in trace.note) == (Status.FAILED, True)


def test_nothing_is_selected_from_nothing() -> None:
    assert Selection((Failing(ModelError("?")),))(QUERY, ()) == ((), ())


def test_a_draft_says_what_was_read_and_why() -> None:
    selecting = WithSelection(Reading(), Selection((Dropping(),)))
    draft = selecting.generate(QUERY, EVIDENCE)
    assert (draft.text, draft.evidence) == ("One.", EVIDENCE[:1])
    assert [trace.note for trace in draft.selection] == ["dropped one"]
    *pieces, last = selecting.stream(QUERY, EVIDENCE)
    assert pieces == ["One"]
    assert isinstance(last, Draft)
    assert last.evidence == EVIDENCE[:1]


def test_a_failure_costs_what_its_evidence_has_cost() -> None:
    failing = Reading(ModelError("It is down", usage=Usage(1, 1, 1.0)))
    with pytest.raises(ModelError) as raised:
        WithSelection(failing, Selection((Dropping(),))).generate(QUERY, EVIDENCE)
    assert raised.value.usage == Usage(4, 2, 1.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("selection"))


def asked(folder: Path, chosen: Settings, question: str = QUERY.text) -> Answer:
    with open_library(folder, chosen) as opened:
        return opened.ask(question)


def steps(answer: Answer) -> dict[str, str]:
    names = {"relevance", "emphasis", "bring along", "merge", "extracts", "condense", "order"}
    return {t.name: t.status.value for t in answer.trace.transforms if t.name in names}


def prompt(server: ScriptedServer) -> str:
    return str(server.requests[-1]["messages"][-1]["content"])


def test_a_model_reads_what_was_selected_and_is_quoted_from_it(
    folder: Path, server: ScriptedServer
) -> None:
    server.play(says('It grows with something [1: "⸢The penalty of EWA grows with"].'))
    answer = asked(folder, settings(server, answer={"evidence": 1}))
    assert "⸢The penalty of EWA grows" in prompt(server)
    assert "between ⸢ and ⸣" in prompt(server)
    [citation] = answer.citations
    assert citation.quote == "The penalty of EWA grows with"
    assert steps(answer) == {
        "relevance": "done",
        "bring along": "done",
        "merge": "done",
        "condense": "idle",
        "order": "done",
    }
    assert [s.name for s in answer.trace.stages][-2:] == ["select", "generate"]
    texts = [e.chunk.text for e in answer.evidence]
    assert any("Elastic Weight Anchoring (EWA)" in text for text in texts)
    assert any("The numbat was seen in the harbour" in text for text in texts)


def test_extracts_are_read_and_quoted_word_for_word(folder: Path, server: ScriptedServer) -> None:
    quotes = ["The penalty of EWA grows", "where $d_k$ is the number"]
    server.play(says(f'It grows, and d_k is a number [1: "{quotes[0]}"; 1: "{quotes[1]}"].'))
    tight = {"evidence": 9, "evidence_tokens": 60}
    chosen = settings(server, answer=tight, select={"definitions": False})
    answer = asked(folder, chosen, "Does the penalty grow, are keys vectors, is there a dingo?")
    assert steps(answer)["condense"] == "done"
    assert "[…]" in prompt(server)
    read = prompt(server).replace("⸢", "").replace("⸣", "")
    shown = [part.of(e.chunk.text) for e in answer.evidence for part in e.shown]
    assert len(shown) > 1
    assert all(part in read for part in shown)
    assert [citation.quote for citation in answer.citations] == quotes
    assert answer.unsupported == ()


def test_a_small_window_is_filled_with_what_tells_most(
    folder: Path, server: ScriptedServer
) -> None:
    """Passages need not go that have a marked sentence."""
    server.play(says('It grows [1: "penalty of EWA grows"].'))
    small = {"model": MODEL, "api_base": server.url, "retries": 0, "context_tokens": 2000}
    answer = asked(folder, settings(llm=small, answer={"evidence": 9}))
    read = prompt(server)
    marks = [mark.of(e.chunk.text) for e in answer.evidence for mark in e.marked]
    assert steps(answer)["condense"] == "done"
    assert marks
    assert all(f"⸢{mark}⸣" in read for mark in marks)
    assert answer.note == ""


def test_everything_can_be_switched_off(folder: Path, server: ScriptedServer) -> None:
    server.play(says('It grows [1: "penalty of EWA grows"].'))
    none = {"floor": 0, "emphasis": "none", "definitions": False, "merge": False,
            "order": "rank", "condense": "none"}  # fmt: skip
    answer = asked(folder, settings(server, select=none, answer={"widen": "none", "evidence": 3}))
    assert steps(answer) == {}
    assert "⸢" not in prompt(server)
    assert "select" not in [stage.name for stage in answer.trace.stages]


def picks_then_answers(messages: Messages) -> Reply:
    if "You find the sentences" in messages[0]["content"]:
        return says("2")
    if "You shorten passages" in messages[0]["content"]:
        return says("1-2")
    return says('It grows [1: "penalty of EWA grows"].')


def test_a_model_may_mark_and_condense(folder: Path, server: ScriptedServer) -> None:
    server.play(picks_then_answers)
    asks = {"emphasis": "llm", "condense": "llm"}
    tight = {"evidence": 4, "evidence_tokens": 150}
    answer = asked(folder, settings(server, select=asks, answer=tight))
    assert len(server.requests) == 3
    assert (steps(answer)["emphasis"], steps(answer)["extracts"]) == ("done", "done")
    assert answer.usage.prompt_tokens == 300
    [marked] = [mark.of(e.chunk.text) for e in answer.evidence for mark in e.marked]
    assert marked == "Much is said of it here."


def test_where_the_model_fails_the_selection_is_made_without_it(
    folder: Path, server: ScriptedServer
) -> None:
    answers = says('It grows [1: "penalty of EWA grows"].')
    server.play(fails(400, "no"), answers)
    answer = asked(folder, settings(server, select={"emphasis": "llm"}, answer={"evidence": 1}))
    assert steps(answer)["emphasis"] == "failed"
    assert answer.evidence[0].marked
    assert answer.citations


def test_an_extractive_answer_is_marked_and_otherwise_left_as_it_was_found(folder: Path) -> None:
    with open_library(folder, settings(answer={"evidence": 3})) as opened:
        answer = opened.ask(QUERY.text)
        given = opened.search(QUERY.text, k=3).evidence
    assert steps(answer) == {"merge": "idle", "relevance": "done"}
    assert tuple(replace(e, marked=()) for e in answer.evidence) == given
    assert answer.evidence[0].marked

"""Active methods ask for answers as they are asked for without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from rag.active.answering import Answering
from rag.active.astute import Astute
from rag.active.flare import Flare
from rag.active.multi_hop import MultiHop
from rag.active.rescued import Rescued
from rag.generate.fallback import explained
from rag.generate.llm import LLMGenerator
from rag.llm import ChatModel
from rag.protocols import Active
from rag.types import Evidence, Query, Status, TransformTrace, Usage
from tests.rag.active.conftest import Shelf
from tests.rag.active.methods import (
    BOUNDS,
    EVIDENCE,
    Make,
    answering,
    astute,
    extractive,
    flare,
    run,
)
from tests.rag.active.test_conformance import QUESTION, plays_along
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, fails, says

COST = Usage(7, 3)
TOO_LONG = fails(400, "This model's maximum context length is 4096 tokens")
Over = Callable[[Answering, ChatModel], Active]


def flare_over(how: Answering, _model: ChatModel) -> Active:
    return Rescued(Flare(how, BOUNDS, 0.3), extractive(), explained)


def astute_over(how: Answering, model: ChatModel) -> Active:
    made = Astute(how, LLMGenerator(model), BOUNDS, 2)
    return Rescued(made, extractive(), explained)


def multi_hop_over(how: Answering, model: ChatModel) -> Active:
    return MultiHop(model, extractive(), how.fit, BOUNDS, 3, 6, 3)


OVER = pytest.mark.parametrize("over", [flare_over, astute_over])


def first_of_it(
    _query: Query, evidence: Sequence[Evidence]
) -> tuple[tuple[Evidence, ...], tuple[TransformTrace, ...]]:
    """A selection that asks a model, and leaves one piece."""
    return tuple(evidence[:1]), (TransformTrace("emphasis", Status.DONE, 2.0, "", COST),)


def shown(messages: Messages) -> int:
    return len(re.findall(r"<evidence \S+ \d+>", messages[-1]["content"]))


def is_answer(messages: Messages) -> bool:
    return "Gather what bears" not in messages[0]["content"]


@OVER
def test_what_the_selection_has_cost_is_in_the_draft(
    over: Over, server: ScriptedServer, make_model: Make
) -> None:
    server.play(plays_along)
    how = answering(make_model(), first_of_it)
    _, _, draft = run(over(how, make_model()), QUESTION, Shelf(()))
    assert [trace.usage for trace in draft.selection] == [COST]
    assert draft.evidence == EVIDENCE[:1]


@OVER
@pytest.mark.parametrize(
    ("failure", "each"), [(fails(401, "no such key"), Usage()), (says("8 heads."), Usage(100, 2))]
)
def test_what_the_selection_has_cost_is_told_where_the_model_fails(
    failure: Reply, each: Usage, over: Over, server: ScriptedServer, make_model: Make
) -> None:
    server.play(failure)
    how = answering(make_model(), first_of_it)
    steps, _, draft = run(over(how, make_model()), QUESTION, Shelf(()))
    assert draft.model == ""
    spent = sum((step.usage for step in steps), draft.usage)
    assert spent == sum([each for _ in server.requests], COST)


@OVER
def test_a_selection_on_the_way_is_a_cost_of_its_search(
    over: Over, server: ScriptedServer, make_model: Make
) -> None:
    server.play(plays_along)
    how = answering(make_model(), first_of_it)
    steps, _, _ = run(over(how, make_model()), QUESTION, Shelf())
    found = [step for step in steps if step.kind == "search" and step.found]
    assert found
    assert {step.usage.prompt_tokens for step in found} == {COST.prompt_tokens}


@OVER
def test_the_evidence_is_selected_once(
    over: Over, server: ScriptedServer, make_model: Make
) -> None:
    asked: list[str] = []

    def select(
        query: Query, evidence: Sequence[Evidence]
    ) -> tuple[tuple[Evidence, ...], tuple[TransformTrace, ...]]:
        asked.append(query.text)
        return first_of_it(query, evidence)

    server.play(says("NONE"))
    run(over(answering(make_model(), select), make_model()), QUESTION, Shelf(()))
    assert asked == [QUESTION]


@pytest.mark.parametrize("make", [flare, astute])
def test_who_wrote_it_is_named(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make
) -> None:
    server.play(plays_along)
    assert run(make(make_model()), QUESTION, Shelf())[2].model == MODEL


@pytest.mark.parametrize("make", [flare, astute])
def test_who_wrote_it_in_whose_place_is_noted(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make
) -> None:
    server.play(plays_along)
    spare = {"model": "openai/spare", "api_base": server.url}
    nobody = make_model(api_base="http://127.0.0.1:9/v1", retries=0, fallbacks=[spare])
    _, _, draft = run(make(nobody), QUESTION, Shelf())
    assert draft.model == "openai/spare"
    assert "openai/spare answered in its place." in draft.note


@pytest.mark.parametrize("make", [flare, astute])
def test_a_window_that_is_smaller_than_the_evidence(
    make: Callable[[ChatModel], Active], server: ScriptedServer, make_model: Make
) -> None:
    """As the server alone knows it."""

    def reply(messages: Messages) -> Reply:
        too_long = is_answer(messages) and shown(messages) > 1
        return TOO_LONG if too_long else plays_along(messages)

    server.play(reply)
    _, _, draft = run(make(make_model()), QUESTION, Shelf(()))
    assert draft.model == MODEL
    assert draft.citations
    assert draft.evidence == EVIDENCE[:1]
    assert f"The model can't read {len(EVIDENCE)} passages at once" in draft.note


@pytest.mark.parametrize("over", [flare_over, astute_over, multi_hop_over])
def test_no_request_is_longer_than_what_fits(
    over: Over, server: ScriptedServer, make_model: Make
) -> None:
    def fit(evidence: Sequence[Evidence], _asked: object) -> Sequence[Evidence]:
        return evidence[:2]

    server.play(plays_along)
    run(over(answering(make_model(), fit=fit), make_model()), QUESTION, Shelf())
    assert max(shown(request["messages"]) for request in server.requests) == 2

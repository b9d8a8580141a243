"""Several papers asked by themselves, and what a model or rules make of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.compare.claims import claims_of
from rag.compare.comparer import Comparer
from rag.compare.judging import Judge
from rag.compare.rules import LIMITS
from rag.errors import LibraryError
from rag.llm import ChatModel
from rag.spending import of_request, one_request
from rag.types import Answer, ClaimPair, Query, Relation, Trace, Usage
from rag.verify import verify
from tests.scripted_llm import ScriptedServer, fails, says
from tests.values import make_evidence, make_paper

QUESTION = "What is the dropout rate?"
ONE = make_paper(
    {"Method": ["The dropout rate is 0.1.", "We use Adam."]}, paper_id="p1", title="One"
)
TWO = make_paper({"Method": ["We use a dropout rate of 0.3."]}, paper_id="p2", title="Two")
ANSWERS = {
    "p1": ("The dropout rate is 0.1 [1]. We use Adam [2]. It rains.", ONE),
    "p2": ("The dropout rate is 0.3 [1].", TWO),
}
PAPERS = [("p1", "One"), ("p2", "Two"), ("p3", "Three")]
PAIR = '{"first": 1, "second": 3, "relation": "conflict", "why": "Rates differ."}'

Make = Callable[..., ChatModel]


def ask(paper_id: str) -> Answer:
    if paper_id not in ANSWERS:
        return Answer(Query(QUESTION), "Not found.", True, (), (), Trace(), usage=Usage(1, 1))
    text, paper = ANSWERS[paper_id]
    draft = verify(text, make_evidence(paper))
    return Answer(
        Query(QUESTION),
        draft.text,
        False,
        draft.citations,
        make_evidence(paper),
        Trace(),
        draft.unsupported,
        usage=Usage(1, 1),
    )


def test_claims_are_the_supported_sentences() -> None:
    assert [claim.text for claim in claims_of(ask("p1"))] == [
        "The dropout rate is 0.1.",
        "We use Adam.",
    ]
    assert {
        c.evidence.chunk.paper_id for claim in claims_of(ask("p1")) for c in claim.citations
    } == {"p1"}
    assert claims_of(ask("p3")) == ()


def test_rows_without_full_stops_are_claims_of_their_own() -> None:
    paper = make_paper({"Results": ["Model A | 28.4", "With A the score is higher."]})
    evidence = make_evidence(paper)
    draft = verify("Model A | 28.4 [1] With A the score is higher [2].", evidence)
    whole = Answer(Query("?"), draft.text, False, draft.citations, evidence, Trace())
    assert [claim.text for claim in claims_of(whole)] == [
        "Model A | 28.4",
        "With A the score is higher.",
    ]


def test_without_a_model_rules_find_the_pairs_and_say_so() -> None:
    found = Comparer().compare(QUESTION, PAPERS, ask)
    assert [(p.relation, p.first, p.second) for p in found.pairs] == [(Relation.CONFLICT, 0, 2)]
    assert (found.by_model, found.note) == (False, LIMITS)
    assert found.silent == (("p3", "Three"),)
    assert found.usage == Usage(3, 3)


def test_a_model_judges_all_claims_at_once(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(PAIR))
    found = Comparer(Judge(make_model())).compare(QUESTION, PAPERS, ask)
    assert found.pairs == (ClaimPair(Relation.CONFLICT, 0, 2, "Rates differ."),)
    assert (found.by_model, found.note) == (True, "")
    [request] = server.requests
    told = request["messages"][-1]["content"]
    assert "Paper: One\nClaim: The dropout rate is 0.1." in told
    assert found.usage.prompt_tokens == 103


@pytest.mark.parametrize(
    "said",
    [
        '[{"first": 1, "second": 2, "relation": "conflict", "why": "one paper"}]',
        '{"first": 1, "second": 9, "relation": "conflict"}\nNONE',
        '{"first": true, "second": 3, "relation": "conflict"}\nNONE',
        '{"first": 1, "second": 3, "relation": "unrelated"}\nNONE',
        '{"first": 1, "second": 3, "relation": ["conflict"]}\nNONE',
        '{"first": 1, "second": 3, "relation": {}, "why": []}\nNONE',
        '{"first": [1], "second": {"a": 3}, "relation": "conflict"}\nNONE',
        "NONE",
    ],
)
def test_pairs_that_can_not_be_are_passed_over(
    said: str, server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(said))
    found = Comparer(Judge(make_model())).compare(QUESTION, PAPERS, ask)
    assert all(pair.relation is Relation.CONFLICT for pair in found.pairs)
    assert (found.pairs == ()) == found.by_model


@pytest.mark.parametrize("reply", [fails(401, "bad key"), says("Sure, let me think.")])
def test_where_the_model_fails_rules_step_in(
    reply: object, server: ScriptedServer, make_model: Make
) -> None:
    server.play(reply)  # type: ignore[arg-type]
    found = Comparer(Judge(make_model())).compare(QUESTION, PAPERS, ask)
    assert (len(found.pairs), found.by_model) == (1, False)
    assert found.note.startswith("The model")
    assert found.note.endswith(LIMITS)


def test_papers_are_asked_as_parts_of_one_request() -> None:
    def charged(paper_id: str) -> Answer:
        of_request().add(Usage(5, 1))
        return ask(paper_id)

    with one_request():
        Comparer().compare(QUESTION, PAPERS, charged)
        assert of_request().add(Usage()) == Usage(15, 3)


def test_one_paper_is_nothing_to_compare() -> None:
    found = Comparer().compare(QUESTION, PAPERS[:1], ask)
    assert (found.pairs, len(found.claims)) == ((), 2)
    assert found.note == "There is nothing to compare: fewer than two papers say anything."


def test_what_fails_for_a_paper_fails() -> None:
    def broken(paper_id: str) -> Answer:
        raise LibraryError(f"{paper_id} is gone")

    with pytest.raises(LibraryError, match="p1 is gone"):
        Comparer().compare(QUESTION, PAPERS, broken)

"""Looking ahead: what is in doubt is searched for and written anew, before it is shown."""

from __future__ import annotations

import pytest

from rag.active.bounds import Bounds
from rag.generate.unanswered import NOT_FOUND_TEXT
from tests.rag.active.conftest import Shelf
from tests.rag.active.methods import Make, flare, kinds, run
from tests.scripted_llm import Reply, ScriptedServer, fails, says

QUESTION = "How many heads do the models have?"
FIRST = 'The Transformer has 8 heads [1: "8 parallel attention layers"].'
GUESS = "BERT large has 12 self-attention heads"
RIGHT = 'BERT large has 16 heads [4: "16 self-attention heads"].'


def test_an_uncited_sentence_is_searched_for_and_rewritten(
    server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(says(f"{FIRST} {GUESS}."), says(RIGHT))
    steps, shown, draft = run(flare(make_model()), QUESTION, shelf)
    assert kinds(steps) == ["look-ahead", "search", "rewrite"]
    assert steps[0].note == "the server tells no log-probabilities"
    assert steps[1].note == f"no citation supports it: {GUESS}."
    assert shelf.asked == [f"{GUESS}."]
    assert draft.text == "The Transformer has 8 heads [1]. BERT large has 16 heads [4]."
    assert shown == draft.text
    assert (draft.unsupported, draft.note) == ((), "")
    assert [c.evidence.chunk.paper_id for c in draft.citations] == ["p-transformer", "p-bert"]
    assert draft.evidence is not None
    assert draft.evidence[3].chunk.text.startswith("BERT large")


def test_an_unsure_word_is_left_out_of_the_search(
    server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    tokens = (FIRST, " BERT large has ", "12", " self-attention heads", f" {FIRST[27:]}")
    server.play(Reply(tokens, logprobs={"12": -3.0}), says(RIGHT, logprobs={}))
    steps, _, draft = run(flare(make_model()), QUESTION, shelf)
    assert shelf.asked == ["BERT large has self-attention heads."]
    assert steps[1].note.startswith("unsure of “12” (probability 0.05)")
    assert draft.text == "The Transformer has 8 heads [1]. BERT large has 16 heads [4]."


def test_log_probabilities_are_asked_for(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(FIRST))
    run(flare(make_model()), QUESTION, Shelf())
    assert [request["logprobs"] for request in server.requests] == [True]


def test_what_is_sure_and_cited_is_not_searched_for(
    server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(says(f"## Heads\n\n{FIRST}", logprobs={}))
    steps, shown, draft = run(flare(make_model()), QUESTION, shelf)
    assert (kinds(steps), shelf.asked) == (["look-ahead"], [])
    assert steps[0].note == ""
    assert shown == draft.text == "## Heads\n\nThe Transformer has 8 heads [1]."


def test_the_rewritten_sentence_is_taken_and_marked_if_nothing_supports_it(
    server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(says(f"{FIRST} {GUESS}."), says(f"{GUESS}."))
    steps, shown, draft = run(flare(make_model()), QUESTION, shelf)
    assert kinds(steps) == ["look-ahead", "search", "rewrite"]
    assert draft.unsupported == (f"{GUESS}.",)
    assert shown == f"The Transformer has 8 heads [1]. {GUESS}."


def test_an_answer_that_is_cut_off_says_so_unless_the_next_is_whole(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(f"{FIRST} {GUESS}.", finish="length"), says(RIGHT))
    assert run(flare(make_model()), QUESTION, Shelf())[2].note == ""
    server.play(says(f"{FIRST} {GUESS}."), says(RIGHT, finish="length"))
    _, _, draft = run(flare(make_model()), QUESTION, Shelf())
    assert draft.note == "The answer was cut off; llm.max_tokens sets how long it may be."
    assert draft.text == "The Transformer has 8 heads [1]. BERT large has 16 heads [4]."


def test_it_may_leave_the_sentence_out(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(f"{FIRST} {GUESS}."), says("END"))
    _, _, draft = run(flare(make_model()), QUESTION, Shelf())
    assert draft.text == "The Transformer has 8 heads [1]."


def test_the_model_is_told_what_is_settled_and_what_is_in_doubt(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(f"{FIRST} {GUESS}."), says(RIGHT))
    run(flare(make_model()), QUESTION, Shelf())
    first, second = (request["messages"] for request in server.requests)
    assert second[0]["content"].startswith(first[0]["content"])
    told = second[-1]["content"]
    assert told.index("<question ") < told.index("<sofar ") < told.index("<doubt ")
    assert FIRST in told.partition("<sofar ")[2].partition("<doubt ")[0]
    assert GUESS in told.partition("<doubt ")[2]


def test_where_nothing_new_is_found_the_sentence_stays(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(f"{FIRST} {GUESS}. {FIRST}"))
    steps, _, draft = run(flare(make_model()), QUESTION, Shelf(()))
    assert kinds(steps) == ["look-ahead", "search"]
    assert steps[1].note.endswith("nothing new was found")
    assert draft.unsupported == (f"{GUESS}.",)
    assert len(server.requests) == 1


def test_a_bound_leaves_the_look_ahead_as_it_is(server: ScriptedServer, make_model: Make) -> None:
    doubtful = f"{FIRST} {GUESS}. It was trained on 99 TPUs. It was trained for 77 days."
    server.play(says(doubtful), says(f"{RIGHT} It was trained on 99 TPUs."))
    steps, _, draft = run(flare(make_model(), Bounds(1, 10**6, 20.0)), QUESTION, Shelf())
    assert kinds(steps) == ["look-ahead", "search", "rewrite", "stop"]
    assert draft.note == (
        "Not everything in doubt was searched for: active.max_rounds = 1 is reached."
    )
    assert draft.text.endswith("It was trained on 99 TPUs. [unsupported]")


def test_a_model_that_fails_later_spoils_nothing(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(f"{FIRST} {GUESS}."), fails(401, "bad key"))
    steps, _, draft = run(flare(make_model()), QUESTION, Shelf())
    assert kinds(steps) == ["look-ahead", "search", "stop"]
    assert draft.text == f"The Transformer has 8 heads [1]. {GUESS}. [unsupported]"
    assert draft.note.startswith("Not everything in doubt was searched for: The model")


def test_a_model_that_fails_at_once_is_replaced(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(401, "bad key"))
    question = "How many parallel attention layers, or heads, are employed?"
    steps, _, draft = run(flare(make_model()), question, Shelf())
    assert steps == []
    assert "extracted from the papers without it" in draft.note
    assert draft.citations[0].quote == "We employ h = 8 parallel attention layers, or heads."


@pytest.mark.parametrize("said", ["NOT FOUND", "<think>Is it there?</think>\nNOT FOUND."])
def test_not_found_is_an_answer(
    said: str, server: ScriptedServer, make_model: Make, shelf: Shelf
) -> None:
    server.play(says(said))
    steps, shown, draft = run(flare(make_model()), QUESTION, shelf)
    assert (kinds(steps), shown) == (["look-ahead"], "")
    assert draft.text.startswith(NOT_FOUND_TEXT)
    assert "The nearest things found" in draft.text
    assert draft.abstained


def test_not_found_may_be_the_end_of_a_doubt(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(f"{GUESS}."), says("NOT FOUND"))
    steps, shown, draft = run(flare(make_model()), QUESTION, Shelf())
    assert (kinds(steps), shown) == (["look-ahead", "search", "rewrite"], "")
    assert draft.text.startswith(NOT_FOUND_TEXT)
    assert (draft.abstained, draft.citations) == (True, ())


def test_what_is_found_elsewhere_is_not_thrown_away(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(f"Not found in the tables, but there are 8 heads {FIRST[27:]}"))
    _, _, draft = run(flare(make_model()), QUESTION, Shelf())
    assert (draft.abstained, len(draft.citations)) == (False, 1)


def test_a_model_that_reads_less_is_given_less(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(400, "maximum context length is 10 tokens"), says(FIRST))
    _, _, draft = run(flare(make_model()), QUESTION, Shelf())
    assert draft.text == "The Transformer has 8 heads [1]."
    assert draft.evidence is not None
    assert len(draft.evidence) == 1

"""Questions in several hops, with a model and by rule."""

from __future__ import annotations

from rag.active.bounds import Bounds
from tests.rag.active.conftest import Shelf
from tests.rag.active.methods import Make, by_parts, kinds, multi_hop, run
from tests.scripted_llm import Messages, Reply, ScriptedServer, fails, says

QUESTION = "Which was trained on more devices, the Transformer or BERT?"
ASKED = "1. On how many GPUs was the Transformer trained?\n2. On how many TPUs was BERT trained?"
NOTE = 'The Transformer was trained on 8 GPUs [3: "8 P100 GPUs"].'
BERT_NOTE = 'BERT was trained on 16 TPUs [4: "16 Cloud TPUs"].'


def answers(messages: Messages) -> Reply:
    """Cites the passages by where they stand in this request."""
    parts = messages[-1]["content"].split("<evidence ")[1:]
    numbers = {
        name: next(n for n, part in enumerate(parts, 1) if name in part.partition("</")[0])
        for name in ("8 P100 GPUs", "16 Cloud TPUs")
    }
    return says(
        f'BERT: it was trained on 16 TPUs [{numbers["16 Cloud TPUs"]}: "16 Cloud TPUs"], the '
        f'Transformer on 8 GPUs [{numbers["8 P100 GPUs"]}: "8 P100 GPUs"].'
    )


def test_it_asks_reads_and_answers(server: ScriptedServer, make_model: Make, shelf: Shelf) -> None:
    server.play(says(ASKED), says(f"{NOTE}\n{BERT_NOTE}\nENOUGH"), answers)
    steps, shown, draft = run(multi_hop(make_model()), QUESTION, shelf)
    assert kinds(steps) == ["sub-questions", "search", "search", "read"]
    assert shelf.asked == [line[3:] for line in ASKED.splitlines()]
    assert steps[3].said == (
        "The Transformer was trained on 8 GPUs (Lovelace 2017, §3 Training, p. 3).\n"
        "BERT was trained on 16 TPUs (Lovelace 2019, §2 Pre-training, p. 2)."
    )
    assert steps[3].note == "enough to answer"
    assert {c.evidence.chunk.paper_id for c in draft.citations} == {"p-transformer", "p-bert"}
    assert draft.evidence is not None
    assert [e.chunk.paper_id for e in draft.evidence[:2]] == ["p-transformer", "p-bert"]
    assert (draft.unsupported, draft.note) == ((), "")
    assert shown


def test_it_asks_on_with_what_it_has_read(server: ScriptedServer, make_model: Make) -> None:
    shelf = Shelf()
    server.play(
        says("1. How many self-attention heads are there?"),
        says('BERT large has 16 heads [4: "16 self-attention heads"].\nASK: How was BERT trained?'),
        says('BERT was trained on 16 TPUs [5: "16 Cloud TPUs"].\nENOUGH'),
        answers,
    )
    steps, _, draft = run(multi_hop(make_model()), QUESTION, shelf)
    assert kinds(steps) == ["sub-questions", "search", "read", "search", "read"]
    assert [step.round for step in steps] == [1, 1, 1, 2, 2]
    second = server.requests[2]["messages"][-1]["content"]
    assert "BERT large has 16 heads" in second.partition("</note")[0]
    assert "<evidence" in second
    assert "P100" not in second  # it was read in the first round
    assert len(draft.citations) == 2


def test_notes_that_the_evidence_does_not_bear_out_are_dropped(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says(ASKED), says(f"BERT was trained on 99 TPUs [4].\n{NOTE}\nENOUGH"), answers)
    steps, _, _ = run(multi_hop(make_model()), QUESTION, Shelf())
    assert steps[-1].note == "1 not borne out by the evidence; enough to answer"
    assert "99" not in steps[-1].said


def test_a_simple_question_is_not_taken_apart(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("NONE"), says('There are 8 heads [1: "8 parallel attention layers"].'))
    shelf = Shelf()
    steps, _, draft = run(multi_hop(make_model()), "How many heads are there?", shelf)
    assert [step.note for step in steps] == ["one look-up will do"]
    assert (shelf.asked, draft.text) == ([], "There are 8 heads [1].")


def test_a_bound_ends_the_asking_and_the_reader_is_told(
    server: ScriptedServer, make_model: Make
) -> None:
    on = 'BERT large has 16 heads [4: "16 self-attention heads"].\nASK: How was BERT trained?'
    server.play(says("1. How many heads does BERT large have?"), says(on), says(NOTE), says(NOTE))
    method = multi_hop(make_model(), Bounds(1, 10**6, 20.0))
    steps, _, draft = run(method, QUESTION, Shelf())
    assert kinds(steps) == ["sub-questions", "search", "read", "stop"]
    assert steps[-1].asked == "How was BERT trained?"
    told = "Fewer look-ups were made than asked for: active.max_rounds = 1 is reached."
    assert draft.note.startswith(told)


def test_a_failing_model_leaves_what_was_found(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(ASKED), fails(401, "bad key"))
    steps, _, draft = run(multi_hop(make_model()), QUESTION, Shelf())
    assert kinds(steps) == ["sub-questions", "search", "search", "stop"]
    assert draft.evidence is not None
    assert {e.chunk.paper_id for e in draft.evidence} == {"p-transformer", "p-bert"}


def test_no_more_evidence_than_the_bound(server: ScriptedServer, make_model: Make) -> None:
    server.play(says(ASKED), says("ENOUGH"), answers)
    method = multi_hop(make_model())
    steps, _, draft = run(method, QUESTION, Shelf(Shelf().evidence * 1))
    assert draft.evidence is not None
    assert len(draft.evidence) <= 3 + 6
    assert all(len(step.found) <= 3 for step in steps)


def test_without_a_model_both_parts_are_searched_for(make_model: Make, shelf: Shelf) -> None:
    question = "How do the Transformer and BERT compare in attention heads?"
    steps, _, draft = run(by_parts(make_model()), question, shelf, shelf.evidence[:1])
    assert kinds(steps) == ["sub-questions", "search", "search"]
    assert shelf.asked == ["Transformer attention heads", "BERT attention heads"]
    assert draft.evidence is not None
    assert {e.chunk.paper_id for e in draft.evidence} == {"p-transformer", "p-bert"}


def test_without_parts_there_are_no_steps(make_model: Make, shelf: Shelf) -> None:
    steps, _, _ = run(by_parts(make_model()), "How many heads are there?", shelf)
    assert (steps, shelf.asked) == ([], [])

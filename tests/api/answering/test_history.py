"""What a thread tells of the questions before, with its papers and its summary."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from api.answering.history import TURNS, history, pinned, remember
from api.wire import AskRequest
from rag.errors import UsageError
from rag.query.condensing import Condensed, Condensing, listed
from rag.store.catalog_writer import WritableCatalog
from rag.store.conversations import AnswerState, Conversations, KeptAnswer, Thread, new_id
from rag.types import CitedPaper, Turn, Usage

BUDGET = 300


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with WritableCatalog(tmp_path) as catalog:
        yield Conversations(catalog)


@pytest.fixture
def thread(conversations: Conversations) -> Thread:
    return conversations.open_thread("")


def ask(
    conversations: Conversations,
    thread: Thread,
    question: str,
    papers: Sequence[str] = ("bert",),
    state: AnswerState = AnswerState.DONE,
) -> KeptAnswer:
    cited = [{"marker": "[1]", "paper": {"id": p, "title": p.upper()}} for p in papers]
    said = {"answer": f"An answer to {question} " * 8, "citations": cited}
    kept = KeptAnswer(
        new_id(), thread.thread_id, "", {"question": question}, state, time.time(), time.time(),
        said if state is AnswerState.DONE else None,
    )  # fmt: skip
    conversations.keep(kept)
    return kept


def told(conversations: Conversations, thread: Thread) -> tuple[Turn, ...]:
    now = conversations.thread(thread.thread_id)
    assert now is not None
    return history(now, conversations.last(thread.thread_id, TURNS))


def test_turns_have_the_papers_in_the_order_of_their_citations(conversations, thread) -> None:
    ask(conversations, thread, "Which?", ["lora", "bert", "lora"])
    ask(conversations, thread, "Stopped?", state=AnswerState.CANCELLED)
    [turn] = told(conversations, thread)
    assert turn.question == "Which?"
    assert turn.papers == (CitedPaper("lora", "LORA"), CitedPaper("bert", "BERT"))


def test_the_first_question_is_the_title_and_a_removed_thread_takes_none(
    conversations, thread
) -> None:
    ask(conversations, thread, "Which?")
    ask(conversations, thread, "And why?")
    now = conversations.thread(thread.thread_id)
    assert (now.title, now.updated > thread.updated) == ("Which?", True)
    conversations.forget(thread.thread_id)
    with pytest.raises(UsageError, match="was removed"):
        ask(conversations, thread, "And now?")


def test_a_long_thread_is_summed_up_again_and_again(conversations, thread) -> None:
    condense = Condensing(BUDGET, listed)
    for number in range(30):
        ask(conversations, thread, f"What is number {number}?", [f"p{number % 3}"])
        remember(conversations, thread.thread_id, condense)
        turns = told(conversations, thread)
        assert turns[-1].question == f"What is number {number}?"
        assert len(turns) < 8
        kept = [turn.question for turn in turns if turn.question]
        assert kept == [f"What is number {n}?" for n in range(number + 1 - len(kept), number + 1)]
    summary = turns[0]
    assert summary.question == ""
    assert f"- What is number {29 - len(turns) + 1}?" in summary.answer.splitlines()
    assert {paper.paper_id for paper in summary.papers} == {"p0", "p1", "p2"}
    again = Conversations(conversations._catalog)
    assert told(again, thread) == turns, "it is kept in the library"


def test_a_short_thread_is_not_summed_up(conversations, thread) -> None:
    ask(conversations, thread, "Which?")
    assert remember(conversations, thread.thread_id, Condensing(BUDGET, listed)) == Usage()
    assert conversations.thread(thread.thread_id).summary is None


def test_what_a_summary_costs_is_told(conversations, thread) -> None:
    def costly(turns: Sequence[Turn]) -> Condensed:
        return Condensed((Turn("", "All of it."), turns[-1]), Usage(10, 2))

    for question in ("Which?", "Why?", "How?"):
        ask(conversations, thread, question)
    assert remember(conversations, thread.thread_id, costly) == Usage(10, 2)
    assert [turn.question for turn in told(conversations, thread)] == ["", "How?"]
    assert remember(conversations, "gone", costly) == Usage()


def test_a_question_without_papers_goes_to_the_pinned_ones() -> None:
    free, own = AskRequest(question="Why?"), AskRequest(question="Why?", papers=["lora"])
    everywhere = AskRequest(question="Why?", papers=[])
    assert pinned(free, ("bert",)).papers == ["bert"]
    assert pinned(everywhere, ("bert",)).papers == []
    assert pinned(own, ("bert",)).papers == ["lora"]
    assert pinned(free, ()).papers == []


def test_pins_are_kept(conversations) -> None:
    thread = conversations.open_thread("", "Twins", ["bert", "lora"])
    assert conversations.thread(thread.thread_id).papers == ("bert", "lora")
    conversations.pin(thread.thread_id, [])
    assert conversations.thread(thread.thread_id).papers == ()
    assert conversations.threads("", 5, 0)[0][0].papers == ()

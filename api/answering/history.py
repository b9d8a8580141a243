"""What a thread tells of the questions before: its turns, its summary, its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.wire import AskRequest
from rag.query.condensing import Condense
from rag.store.conversations import Conversations, KeptAnswer, Thread
from rag.types import CitedPaper, Turn, Usage

TURNS = 40
"""Of a thread, those that are looked at, at most; a budget says how many are told in full."""


def history(thread: Thread, before: Sequence[KeptAnswer]) -> tuple[Turn, ...]:
    """What was said in a thread, of which ``before`` are the last finished answers."""
    return (*_summary(thread), *map(_turn, _since(thread, before)))


def remember(conversations: Conversations, thread_id: str, condense: Condense) -> Usage:
    """Sums up the first answers of a thread that has become long, for the questions to come; what
    that has cost.
    """
    thread = conversations.thread(thread_id)
    if thread is None:
        return Usage()
    before = _since(thread, conversations.last(thread_id, TURNS))
    turns = (*_summary(thread), *map(_turn, before))
    made = condense(turns)
    if made.turns != turns:
        summary, *kept = made.turns
        last = before[-len(kept) - 1]
        conversations.sum_up(thread_id, _kept_summary(last.answer_id, summary))
    return made.usage


def pinned(request: AskRequest, papers: Sequence[str]) -> AskRequest:
    """``request``, put to the thread's ``papers`` where it says nothing of papers itself."""
    if "papers" in request.model_fields_set:
        return request
    return request.model_copy(update={"papers": list(papers)})


def cited(answer: Mapping[str, Any]) -> tuple[CitedPaper, ...]:
    """The papers that a kept answer cites, by their first citations."""
    papers = (citation["paper"] for citation in answer.get("citations", ()))
    return tuple({p["id"]: CitedPaper(p["id"], p["title"]) for p in papers}.values())


def _turn(kept: KeptAnswer) -> Turn:
    said = kept.answer or {}
    return Turn(str(kept.request["question"]), said.get("answer", ""), cited(said))


def _since(thread: Thread, before: Sequence[KeptAnswer]) -> Sequence[KeptAnswer]:
    """The answers that the thread's summary does not stand for."""
    upto = thread.summary and thread.summary["upto"]
    ends = [at for at, kept in enumerate(before, 1) if kept.answer_id == upto]
    return before[ends[0] :] if ends else before


def _summary(thread: Thread) -> tuple[Turn, ...]:
    if thread.summary is None:
        return ()
    papers = tuple(CitedPaper(paper["id"], paper["title"]) for paper in thread.summary["papers"])
    return (Turn("", thread.summary["text"], papers),)


def _kept_summary(upto: str, summary: Turn) -> dict[str, Any]:
    papers = [{"id": paper.paper_id, "title": paper.title} for paper in summary.papers]
    return {"upto": upto, "text": summary.answer, "papers": papers}

"""Threads and answers as JSON, as they are kept in the catalog and sent to clients."""

from __future__ import annotations

from typing import Any, cast

from typing_extensions import TypedDict

from api.problems import ProblemJson
from api.shapes import CitationJson, HitJson, TraceJson, UsageJson
from api.web.answer_html import answer_html
from api.web.table_html import passage_html, quote_html
from rag.store.conversations import KeptAnswer, Thread


class KeptCitationJson(CitationJson):
    """With ``html``: the tables that the quote is from, if any, sanitised."""

    html: str


class KeptHitJson(HitJson):
    """With ``html``: the passage with its tables and its emphasis, if it has any, sanitised."""

    html: str


class FeedbackJson(TypedDict):
    """What a reader thinks of an answer."""

    rating: str
    comment: str


class KeptAnswerJson(TypedDict):
    """An answer, and what has become of it. What is not there yet is empty or null."""

    id: str
    thread_id: str | None
    state: str
    created: float
    finished: float | None
    request: dict[str, Any]
    answer: str
    abstained: bool
    html: str
    citations: list[KeptCitationJson]
    evidence: list[KeptHitJson]
    unsupported: list[str]
    note: str
    model: str
    usage: UsageJson
    trace: TraceJson
    searched: str
    feedback: FeedbackJson | None
    problem: ProblemJson | None


class ThreadJson(TypedDict):
    """A conversation. ``papers`` are the ids of those that it is pinned to."""

    id: str
    title: str
    created: float
    updated: float
    papers: list[str]


class WholeThreadJson(ThreadJson):
    """A conversation with its answers, oldest first."""

    answers: list[KeptAnswerJson]


_NOTHING: dict[str, Any] = {
    "answer": "",
    "abstained": False,
    "citations": [],
    "evidence": [],
    "unsupported": [],
    "note": "",
    "model": "",
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0},
    "trace": {"variants": [], "transforms": [], "stages": [], "hits": [], "steps": []},
    "searched": "",
}


def kept_answer_json(kept: KeptAnswer) -> KeptAnswerJson:
    """An answer. Its HTML is made anew each time, by today's rules of what is harmless."""
    said: Any = {**_NOTHING, **(kept.answer or {})}
    feedback = {"rating": kept.rating, "comment": kept.comment} if kept.rating else None
    markers = [citation["marker"] for citation in said["citations"]]
    whole: Any = {
        "id": kept.answer_id,
        "thread_id": kept.thread_id,
        "state": kept.state.value,
        "created": kept.created,
        "finished": kept.finished,
        "request": dict(kept.request),
        "html": answer_html(said["answer"], markers),
        "feedback": feedback,
        "problem": kept.problem,
        **{name: said[name] for name in _NOTHING},
        "trace": {**_NOTHING["trace"], **said["trace"]},  # what was kept of old has no steps
        "citations": [shown_citation(citation) for citation in said["citations"]],
        "evidence": [shown_hit(hit) for hit in said["evidence"]],
    }
    made: KeptAnswerJson = whole
    return made


def shown_citation(citation: CitationJson) -> KeptCitationJson:
    """The citation with its HTML. What was kept of old has no tables."""
    return {**citation, "html": quote_html(citation["quote"], citation.get("tables", []))}


def shown_hit(hit: HitJson) -> KeptHitJson:
    """The passage with its HTML. What was kept of old lacks what passages have by now."""
    tables, emphasis = hit.get("tables", []), hit.get("emphasis", [])
    made = {
        **hit,
        "tables": tables,
        "emphasis": emphasis,
        "shown": hit.get("shown", []),
        "html": passage_html(hit["text"], tables, emphasis),
    }
    return cast("KeptHitJson", made)


def thread_json(thread: Thread) -> ThreadJson:
    """A conversation without its answers."""
    return {
        "id": thread.thread_id,
        "title": thread.title,
        "created": thread.created,
        "updated": thread.updated,
        "papers": list(thread.papers),
    }

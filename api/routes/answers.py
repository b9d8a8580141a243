"""Asking, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from typing_extensions import TypedDict

from api.answering.events import joined, place
from api.answering.history import pinned
from api.guard.callers import Caller, needs, within_budget
from api.guard.keys import Scope
from api.kept import FeedbackJson, KeptAnswerJson, kept_answer_json
from api.problems import Problem
from api.references import answer_markdown
from api.responses import EVENTS, PING, STREAMED, UNBUFFERED
from api.routes.papers import check_papers
from api.routes.threads import owned_thread
from api.serving import Serving, serving
from api.shapes import AnswerJson
from api.wire import AskRequest, FeedbackRequest
from rag.questions import check_question
from rag.store.conversations import KeptAnswer

router = APIRouter(tags=["ask"])

Here = Annotated[Serving, Depends(serving)]
Asker = Annotated[Caller, Depends(needs(Scope.ASK))]

PAUSE_S = 0.03
"""After a portion of a stream that has text: what comes meanwhile goes out together."""


class RatedJson(TypedDict):
    """An answer that somebody rated."""

    answer_id: str
    question: str
    rating: str
    comment: str
    created: float


class RatedPageJson(TypedDict):
    """A page of them."""

    items: list[RatedJson]
    total: int


@router.post(
    "/ask",
    response_model=KeptAnswerJson,
    responses=STREAMED,
)
async def ask(
    body: AskRequest, request: Request, here: Here, caller: Asker
) -> KeptAnswerJson | Response:
    """Ask a question: the whole answer, or (`Accept: text/event-stream`) its events."""
    kept = await begun(body, here, caller)
    if EVENTS in request.headers.get("accept", ""):
        return _stream(here, kept.answer_id, (0, 0))
    finished = await here.answers.finished(kept.answer_id)
    if problem := finished.problem:
        raise Problem(problem["code"], problem["detail"])
    return await asyncio.to_thread(kept_answer_json, finished)


@router.get("/answers/{answer_id}", dependencies=[Depends(needs(Scope.ASK))])
def answer(answer_id: str, here: Here) -> KeptAnswerJson:
    """An answer, finished or not."""
    return kept_answer_json(known_answer(here, answer_id))


@router.get(
    "/answers/{answer_id}/events",
    response_class=StreamingResponse,
    responses=STREAMED,
    dependencies=[Depends(needs(Scope.ASK))],
)
async def events(
    answer_id: str, here: Here, last_event_id: Annotated[str, Header(max_length=64)] = ""
) -> Response:
    """An answer's events, from the beginning or after the one that `Last-Event-ID` names."""
    await asyncio.to_thread(known_answer, here, answer_id)
    return _stream(here, answer_id, place(last_event_id))


@router.get(
    "/answers/{answer_id}/markdown",
    response_class=PlainTextResponse,
    dependencies=[Depends(needs(Scope.ASK))],
)
def markdown(answer_id: str, here: Here) -> Response:
    """The answer as Markdown, with its references."""
    said = kept_answer_json(known_answer(here, answer_id))
    text = answer_markdown(cast("AnswerJson", said))
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8")


@router.delete("/answers/{answer_id}")
async def stop(answer_id: str, here: Here, caller: Asker) -> KeptAnswerJson:
    """Stop an answer that is being written; one that has ended stays as it is."""
    await asyncio.to_thread(_owned_answer, here, caller, answer_id)
    await here.answers.stop(answer_id)
    return await asyncio.to_thread(kept_answer_json, await here.answers.finished(answer_id))


@router.put("/answers/{answer_id}/feedback")
def rate(answer_id: str, body: FeedbackRequest, here: Here, caller: Asker) -> FeedbackJson:
    """Say what you think of an answer; a second time replaces the first."""
    _owned_answer(here, caller, answer_id)
    here.conversations.rate(answer_id, body.rating, body.comment)
    return {"rating": body.rating, "comment": body.comment}


@router.get("/feedback", dependencies=[Depends(needs(Scope.ADMIN))])
def feedback(
    here: Here,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> RatedPageJson:
    """What readers think of answers, the latest first."""
    rated, total = here.conversations.ratings(limit, offset)
    return {"items": [_rated(kept) for kept in rated], "total": total}


def known_answer(here: Serving, answer_id: str) -> KeptAnswer:
    """The answer of that id. Raises Problem."""
    if kept := here.conversations.answer(answer_id):
        return kept
    raise Problem("unknown-answer", f"no answer {answer_id!r}: it may have been removed")


def _owned_answer(here: Serving, caller: Caller, answer_id: str) -> KeptAnswer:
    """The answer, if the caller may do more with it than read it. Raises Problem."""
    kept = known_answer(here, answer_id)
    if caller.is_admin or kept.owner == caller.owner:
        return kept
    raise Problem("forbidden", "this answer is of another key: it may be read, and no more")


async def begun(body: AskRequest, here: Serving, caller: Caller) -> KeptAnswer:
    """The answer to a question of this caller, begun. Raises Problem."""
    asked = await asyncio.to_thread(_checked, body, here, caller)
    return await here.answers.begin(caller.owner, asked, caller.most_answers)


def _checked(body: AskRequest, here: Serving, caller: Caller) -> AskRequest:
    """What is asked, of the papers that its thread is pinned to where it names none. What can be
    known to be wrong is found before anything is begun. Raises Problem.
    """
    within_budget(caller, here)
    check_question(body.question)
    thread = owned_thread(here, caller, body.thread_id) if body.thread_id else None
    asked = pinned(body, thread.papers if thread else ())
    check_papers(here, asked.papers)
    return asked


def _stream(here: Serving, answer_id: str, after: tuple[int, int]) -> StreamingResponse:
    headers = {**UNBUFFERED, "Location": f"/v1/answers/{answer_id}/events"}
    return StreamingResponse(_encoded(here, answer_id, after), media_type=EVENTS, headers=headers)


async def _encoded(here: Serving, answer_id: str, after: tuple[int, int]) -> AsyncIterator[bytes]:
    async for portion in here.answers.follow(answer_id, after):
        yield b"".join(event.encoded() for event in joined(portion)) or PING
        if any(event.kind == "token" for event in portion):
            await asyncio.sleep(PAUSE_S)


def _rated(kept: KeptAnswer) -> RatedJson:
    return {
        "answer_id": kept.answer_id,
        "question": str(kept.request["question"]),
        "rating": kept.rating or "",
        "comment": kept.comment or "",
        "created": kept.rated or 0.0,
    }

"""Conversations. Each belongs to the key that began it; whoever knows its id can read it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from typing_extensions import TypedDict

from api.guard.callers import Caller, needs
from api.guard.keys import Scope
from api.kept import ThreadJson, WholeThreadJson, kept_answer_json, thread_json
from api.problems import Problem
from api.routes.papers import check_papers
from api.serving import Serving, serving
from api.wire import ThreadRequest
from rag.store.conversations import AnswerState, Thread

router = APIRouter(prefix="/threads", tags=["threads"])

Here = Annotated[Serving, Depends(serving)]
Asker = Annotated[Caller, Depends(needs(Scope.ASK))]
Reader = Annotated[Caller, Depends(needs(Scope.READ))]


class ThreadPageJson(TypedDict):
    """A page of threads."""

    items: list[ThreadJson]
    total: int


@router.post("", status_code=201)
def begin(here: Here, caller: Asker, response: Response, body: ThreadRequest) -> ThreadJson:
    """Begin a thread; without a title it gets that of its first question."""
    papers = body.papers or []
    check_papers(here, papers)
    thread = here.conversations.open_thread(caller.owner, body.title or "", papers)
    response.headers["Location"] = f"/v1/threads/{thread.thread_id}"
    return thread_json(thread)


@router.get("")
def threads(
    here: Here,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> ThreadPageJson:
    """Your threads, the last used first; everybody's, with the scope `admin`."""
    owner = None if caller.is_admin else caller.owner
    found, total = here.conversations.threads(owner, limit, offset)
    return {"items": [thread_json(thread) for thread in found], "total": total}


@router.get("/{thread_id}", dependencies=[Depends(needs(Scope.ASK))])
def thread(thread_id: str, here: Here) -> WholeThreadJson:
    """A thread with its answers, oldest first."""
    found = _known(here, thread_id)
    answers = [kept_answer_json(kept) for kept in here.conversations.answers(thread_id)]
    return {**thread_json(found), "answers": answers}


@router.patch("/{thread_id}")
def change(thread_id: str, body: ThreadRequest, here: Here, caller: Asker) -> ThreadJson:
    """Give a thread another title, pin it to papers, or let it ask all of them again."""
    owned_thread(here, caller, thread_id)
    check_papers(here, body.papers or [])
    if body.title is not None:
        here.conversations.rename(thread_id, body.title)
    if body.papers is not None:
        here.conversations.pin(thread_id, body.papers)
    return thread_json(_known(here, thread_id))


@router.delete("/{thread_id}", status_code=204)
async def forget(thread_id: str, here: Here, caller: Asker) -> None:
    """Remove a thread with its answers; those that are being written are stopped."""
    await asyncio.to_thread(owned_thread, here, caller, thread_id)
    for kept in await asyncio.to_thread(here.conversations.answers, thread_id):
        if kept.state is AnswerState.RUNNING:
            await here.answers.stop(kept.answer_id)
    await asyncio.to_thread(here.conversations.forget, thread_id)


def owned_thread(here: Serving, caller: Caller, thread_id: str) -> Thread:
    """The thread, if the caller may go on with it and change it. Raises Problem."""
    found = _known(here, thread_id)
    if caller.is_admin or found.owner == caller.owner:
        return found
    raise Problem("forbidden", "this thread is of another key: begin one of your own")


def _known(here: Serving, thread_id: str) -> Thread:
    if found := here.conversations.thread(thread_id):
        return found
    raise Problem("unknown-thread", f"no thread {thread_id!r}: it may have been removed")

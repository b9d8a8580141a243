"""Conversations. Each belongs to the key that began it; whoever knows its id can go on with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from typing_extensions import TypedDict

from api.guard.callers import Caller, needs
from api.guard.keys import Scope
from api.kept import ThreadJson, WholeThreadJson, kept_answer_json, thread_json
from api.problems import Problem
from api.serving import Serving, serving
from api.wire import ThreadRequest
from rag.store.conversations import Thread

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
    thread = here.conversations.open_thread(caller.owner, body.title)
    response.headers["Location"] = f"/v1/threads/{thread.thread_id}"
    return thread_json(thread)


@router.get("")
def threads(
    here: Here,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> ThreadPageJson:
    """Your threads, the last used first."""
    found, total = here.conversations.threads(caller.owner, limit, offset)
    return {"items": [thread_json(thread) for thread in found], "total": total}


@router.get("/{thread_id}", dependencies=[Depends(needs(Scope.ASK))])
def thread(thread_id: str, here: Here) -> WholeThreadJson:
    """A thread with its answers, oldest first."""
    found = _known(here, thread_id)
    answers = [kept_answer_json(kept) for kept in here.conversations.answers(thread_id)]
    return {**thread_json(found), "answers": answers}


@router.patch("/{thread_id}", dependencies=[Depends(needs(Scope.ASK))])
def rename(thread_id: str, body: ThreadRequest, here: Here) -> ThreadJson:
    """Give a thread another title."""
    _known(here, thread_id)
    here.conversations.rename(thread_id, body.title)
    return thread_json(_known(here, thread_id))


@router.delete("/{thread_id}", status_code=204, dependencies=[Depends(needs(Scope.ASK))])
def forget(thread_id: str, here: Here) -> None:
    """Remove a thread with its answers."""
    _known(here, thread_id)
    here.conversations.forget(thread_id)


def _known(here: Serving, thread_id: str) -> Thread:
    if found := here.conversations.thread(thread_id):
        return found
    raise Problem("unknown-thread", f"no thread {thread_id!r}: it may have been removed")

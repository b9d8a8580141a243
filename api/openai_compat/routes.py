"""The OpenAI-compatible endpoint: any chat page that speaks it gets cited answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError

from api.guard.callers import Caller, needs
from api.guard.keys import Scope
from api.openai_compat.shapes import MODEL, ChatCompletion, ChatRequest, Model, Models
from api.openai_compat.wording import Chunks, answer_alone, completion
from api.problems import Problem
from api.responses import EVENTS, PING, STREAMED, UNBUFFERED
from api.routes.answers import begun
from api.serving import Serving, serving
from api.wire import AskRequest, TurnJson, Within
from rag.store.conversations import KeptAnswer
from rag.store.listing import Listing, listed

router = APIRouter(tags=["openai"])

Here = Annotated[Serving, Depends(serving)]
Asker = Annotated[Caller, Depends(needs(Scope.ASK))]

LISTED = 500
"""Papers that are listed as models of their own."""


@router.get("/models", dependencies=[Depends(needs(Scope.ASK, Scope.READ))])
def models(here: Here) -> Models:
    """The library as a model, and each of its papers."""
    papers, _ = listed(here.library.catalog, Listing(limit=LISTED))
    names = [MODEL, *(f"{MODEL}/{paper.paper_id}" for paper in papers)]
    return {"object": "list", "data": [_model(name) for name in names]}


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    responses=STREAMED,
)
async def chat(
    body: ChatRequest, request: Request, here: Here, caller: Asker
) -> ChatCompletion | Response:
    """Answer the last message, from the library or from the paper that `model` names."""
    asked = _asked(body)
    kept = await begun(asked, here, caller)
    base = str(request.base_url).rstrip("/")
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = Chunks(kept, body.model, base, usage)
        streamed = _streamed(here, kept, chunks)
        return StreamingResponse(streamed, media_type=EVENTS, headers=UNBUFFERED)
    finished = await here.answers.finished(kept.answer_id)
    return await asyncio.to_thread(completion, finished, body.model, base)


def _asked(body: ChatRequest) -> AskRequest:
    """The last message as a question, those before it as its history. Raises Problem."""
    name, _, paper = body.model.partition("/")
    if name != MODEL:
        raise Problem(
            "not-found", f"no model {body.model!r}: use {MODEL!r}, or {MODEL}/ and a paper's id"
        )
    *before, last = body.messages
    if last.role != "user":
        raise Problem(
            "bad-request", f"the last message is of the {last.role}: let it be the user's"
        )
    within = body.scholium or Within()
    papers = [paper] if paper else within.papers
    try:
        return AskRequest(
            question=last.text,
            history=_turns([(each.role, each.text) for each in before]),
            **{**within.model_dump(), "papers": papers},
        )
    except ValidationError as error:
        said = "; ".join(each["msg"] for each in error.errors())
        raise Problem("bad-request", f"the last message can't be asked: {said}") from error


def _turns(messages: list[tuple[str, str]]) -> list[TurnJson]:
    """Questions with the answers that follow them, the last 20."""
    turns: list[TurnJson] = []
    for role, text in messages:
        if role == "user" and text.strip():
            turns.append(TurnJson(question=text[:10_000], answer=""))
        elif role == "assistant" and turns:
            turns[-1] = TurnJson(question=turns[-1].question, answer=answer_alone(text))
    return turns[-20:]


async def _streamed(here: Serving, kept: KeptAnswer, chunks: Chunks) -> AsyncIterator[bytes]:
    yield chunks.first()
    async for portion in here.answers.follow(kept.answer_id, (0, 0)):
        yield b"".join(line for event in portion for line in chunks.of(event)) or PING
    if not chunks.is_over:
        yield chunks.failed(Problem("draining", "the server is being stopped: ask again"))
    yield b"data: [DONE]\n\n"


def _model(name: str) -> Model:
    return {"id": name, "object": "model", "created": 0, "owned_by": "scholium"}

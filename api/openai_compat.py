"""The OpenAI-compatible endpoint: any chat page that speaks it gets cited answers.

Answers end in a list of references, and have their citations as annotations besides. A stream shows
the answer as it is written; where the check of its citations changes it, the checked one follows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError

from api.answering.events import Event
from api.guard.callers import Caller, needs
from api.guard.keys import Scope
from api.kept import KeptAnswerJson, kept_answer_json
from api.openai_shapes import (
    MODEL,
    Annotation,
    ChatCompletion,
    ChatRequest,
    ChatUsage,
    Extra,
    Model,
    Models,
)
from api.problems import Problem
from api.references import references
from api.responses import EVENTS, PING, STREAMED, UNBUFFERED
from api.routes.answers import begun
from api.serving import Serving, serving
from api.shapes import CitationJson
from api.wire import AskRequest, TurnJson, Within
from rag.store.conversations import AnswerState, KeptAnswer
from rag.store.listing import Listing, listed
from rag.verify import UNSUPPORTED

router = APIRouter(tags=["openai"])

Here = Annotated[Serving, Depends(serving)]
Asker = Annotated[Caller, Depends(needs(Scope.ASK))]

LISTED = 500
"""Papers that are listed as models of their own."""

_REFERENCES = "\n\n## References\n\n"
_DRAFT = "\n\n---\n\nThat was a draft. The answer after checking:\n\n"


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
        chunks = _Chunks(kept, body.model, base, usage)
        streamed = _streamed(here, kept, chunks)
        return StreamingResponse(streamed, media_type=EVENTS, headers=UNBUFFERED)
    finished = await here.answers.finished(kept.answer_id)
    return await asyncio.to_thread(_completion, finished, body.model, base)


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
            turns[-1] = TurnJson(question=turns[-1].question, answer=_without_references(text))
    return turns[-20:]


def _completion(kept: KeptAnswer, model: str, base: str) -> ChatCompletion:
    answer = kept_answer_json(kept)
    if problem := answer["problem"]:
        raise Problem(problem["code"], problem["detail"])
    if kept.state is AnswerState.CANCELLED:
        raise _stopped()
    text = answer["answer"] + _afterword(answer)
    return {
        "id": f"chatcmpl-{answer['id']}",
        "object": "chat.completion",
        "created": int(answer["created"]),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": text,
                    "refusal": None,
                    "annotations": _annotations(answer, answer["answer"], 0, base),
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": _usage(answer),
        "scholium": _extra(answer),
    }


class _Chunks:
    """Makes the pieces of one stream."""

    def __init__(self, kept: KeptAnswer, model: str, base: str, usage: bool) -> None:
        self._head: Any = {
            "id": f"chatcmpl-{kept.answer_id}",
            "object": "chat.completion.chunk",
            "created": int(kept.created),
            "model": model,
        }
        self._base = base
        self._usage = usage
        self._shown = ""
        self.is_over = False

    def first(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def of(self, event: Event) -> list[bytes]:
        """What a client is shown of an event."""
        data = json.loads(event.data)
        match event.kind:
            case "token":
                self._shown += data["text"]
                return [self._chunk({"content": data["text"]})]
            case "done" if data["state"] == AnswerState.CANCELLED:
                return [self.failed(_stopped())]
            case "done":
                self.is_over = True
                return self._last(data)
            case "error":
                return [self.failed(Problem(data["code"], data["detail"]))]
            case "status" if data["stage"] == "restarted" and self._shown:
                self._shown = ""
                return [self._chunk({"content": _DRAFT})]
            case _:
                return []

    def failed(self, problem: Problem) -> bytes:
        """What a client is told in place of the rest."""
        self.is_over = True
        return _line({"error": {"message": problem.detail, "code": problem.code}})

    def _last(self, answer: KeptAnswerJson) -> list[bytes]:
        more, text, start = _rest(self._shown, answer["answer"])
        afterword = _afterword(answer)
        annotations = _annotations(answer, text, start, self._base)
        delta = {"content": more + afterword, "annotations": annotations}
        end = {**self._head, "choices": [_choice({}, "stop")], "scholium": _extra(answer)}
        lines = [self._chunk(delta), _line(end)]
        if self._usage:
            lines.append(_line({**self._head, "choices": [], "usage": _usage(answer)}))
        return lines

    def _chunk(self, delta: dict[str, Any]) -> bytes:
        return _line({**self._head, "choices": [_choice(delta, None)]})


async def _streamed(here: Serving, kept: KeptAnswer, chunks: _Chunks) -> AsyncIterator[bytes]:
    yield chunks.first()
    async for portion in here.answers.follow(kept.answer_id, (0, 0)):
        yield b"".join(line for event in portion for line in chunks.of(event)) or PING
    if not chunks.is_over:
        yield chunks.failed(Problem("draining", "the server is being stopped: ask again"))
    yield b"data: [DONE]\n\n"


def _stopped() -> Problem:
    return Problem("unknown-answer", "the answer was stopped while it was written")


def _choice(delta: dict[str, Any], finish: str | None) -> Any:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _line(value: Any) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def _rest(shown: str, checked: str) -> tuple[str, str, int]:
    """What is left to say of the checked answer; its text as the client has it, and where in all
    that the client has it begins.
    """
    if not shown.strip():
        return checked, checked, len(shown)
    if _plain(shown) == _plain(checked.replace(UNSUPPORTED, "")):
        return "", shown, 0
    return _DRAFT + checked, checked, len(shown) + len(_DRAFT)


def _plain(text: str) -> str:
    return "".join(text.split())


def _afterword(answer: KeptAnswerJson) -> str:
    note = f"\n\n*{answer['note']}*" if answer["note"] else ""
    listed = references(answer["citations"])
    return f"{note}{_REFERENCES}{listed}" if listed else note


def _without_references(text: str) -> str:
    return text.partition(_REFERENCES)[0][:100_000]


def _annotations(answer: KeptAnswerJson, text: str, start: int, base: str) -> list[Annotation]:
    """One for each marker in ``text``, which begins at ``start`` of what the client sees."""
    found: list[Annotation] = []
    for citation in answer["citations"]:
        at = text.find(citation["marker"])
        while at >= 0:
            end = at + len(citation["marker"])
            found.append(_annotation(citation, start + at, start + end, base))
            at = text.find(citation["marker"], end)
    return sorted(found, key=lambda each: each["url_citation"]["start_index"])


def _annotation(citation: CitationJson, start: int, end: int, base: str) -> Annotation:
    section, page = citation["section"], citation["page"]
    where = f"§{section['number']} {section['title']}" if section["number"] else section["title"]
    title = f"{citation['paper']['title']}, {where}" + (f", p. {page}" if page else "")
    return {
        "type": "url_citation",
        "url_citation": {
            "start_index": start,
            "end_index": end,
            "title": title,
            "url": f"{base}/#{_place(citation)}",
        },
    }


def _place(citation: CitationJson) -> str:
    """Where the chat page shows the cited words."""
    paper, page = citation["paper"]["id"], citation["page"]
    if page is None:
        return f"/papers/{paper}"
    marks = [
        ("highlight", f"{b['x0']:g},{b['y0']:g},{b['x1']:g},{b['y1']:g}")
        for b in citation["boxes"]
        if b["page"] == page
    ]
    return f"/papers/{paper}/pages/{page}?{urlencode(marks, safe=',')}".rstrip("?")


def _usage(answer: KeptAnswerJson) -> ChatUsage:
    prompt, completion = answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _extra(answer: KeptAnswerJson) -> Extra:
    return {
        "answer_id": answer["id"],
        "abstained": answer["abstained"],
        "note": answer["note"],
        "citations": answer["citations"],
    }


def _model(name: str) -> Model:
    return {"id": name, "object": "model", "created": 0, "owned_by": "scholium"}

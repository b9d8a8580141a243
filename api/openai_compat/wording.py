"""Answers as the OpenAI protocol has them: whole, and in pieces.

They end in a list of references, and have their citations as annotations besides. A stream shows
the answer as it is written; where the check of its citations changes it, the checked one follows.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from api.answering.events import Event
from api.kept import KeptAnswerJson, kept_answer_json
from api.openai_compat.shapes import Annotation, ChatCompletion, ChatUsage, Extra
from api.problems import Problem
from api.references import references
from api.shapes import CitationJson
from api.unlinked import Unlinking, unlinked
from rag.store.conversations import AnswerState, KeptAnswer
from rag.verify import UNSUPPORTED

_REFERENCES = "\n\n## References\n\n"
_DOUBTS = "\n\nNo citation supports:\n\n"
_DRAFT = "\n\n---\n\nThat was a draft. The answer after checking:\n\n"


def completion(kept: KeptAnswer, model: str, base: str) -> ChatCompletion:
    """A finished answer. ``base`` is the URL of the server. Raises Problem where there is none."""
    answer = kept_answer_json(kept)
    if problem := answer["problem"]:
        raise Problem(problem["code"], problem["detail"])
    if kept.state is AnswerState.CANCELLED:
        raise _stopped()
    said = unlinked(answer["answer"])
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
                    "content": said + _afterword(answer),
                    "refusal": None,
                    "annotations": _annotations(answer, said, 0, base),
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": _usage(answer),
        "scholium": _extra(answer),
    }


class Chunks:
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
        self._unlinking = Unlinking()
        self.is_over = False

    def first(self) -> bytes:
        """What a stream begins with."""
        return self._chunk({"role": "assistant", "content": ""})

    def of(self, event: Event) -> list[bytes]:
        """What a client is shown of an event."""
        data = json.loads(event.data)
        match event.kind:
            case "token":
                return self._said(self._unlinking.feed(data["text"]))
            case "done" if data["state"] == AnswerState.CANCELLED:
                return [self.failed(_stopped())]
            case "done":
                self.is_over = True
                return self._last(data)
            case "error":
                return [self.failed(Problem(data["code"], data["detail"]))]
            case "status" if data["stage"] == "restarted" and self._shown:
                self._shown, self._unlinking = "", Unlinking()
                return [self._chunk({"content": _DRAFT})]
            case _:
                return []

    def failed(self, problem: Problem) -> bytes:
        """What a client is told in place of the rest."""
        self.is_over = True
        return _line({"error": {"message": problem.detail, "code": problem.code}})

    def _said(self, text: str) -> list[bytes]:
        self._shown += text
        return [self._chunk({"content": text})] if text else []

    def _last(self, answer: KeptAnswerJson) -> list[bytes]:
        more, text, start = _rest(self._shown, unlinked(answer["answer"]))
        afterword = _afterword(answer)
        doubts = "" if more else _doubts(answer)
        annotations = _annotations(answer, text, start, self._base)
        delta = {"content": more + doubts + afterword, "annotations": annotations}
        end = {**self._head, "choices": [_choice({}, "stop")], "scholium": _extra(answer)}
        lines = [self._chunk(delta), _line(end)]
        if self._usage:
            lines.append(_line({**self._head, "choices": [], "usage": _usage(answer)}))
        return lines

    def _chunk(self, delta: dict[str, Any]) -> bytes:
        return _line({**self._head, "choices": [_choice(delta, None)]})


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


def _doubts(answer: KeptAnswerJson) -> str:
    """The sentences without support, for a text that was shown before they were known."""
    listed = "\n".join(f"- {unlinked(sentence)}" for sentence in answer["unsupported"])
    return f"{_DOUBTS}{listed}" if listed else ""


def _afterword(answer: KeptAnswerJson) -> str:
    note = f"\n\n*{unlinked(answer['note'])}*" if answer["note"] else ""
    listed = unlinked(references(answer["citations"]))
    return f"{note}{_REFERENCES}{listed}" if listed else note


def answer_alone(text: str) -> str:
    """An answer of ours that comes back, as history: without the draft before it and the lists
    behind it.
    """
    checked = text.rpartition(_DRAFT)[2]
    return checked.partition(_REFERENCES)[0].partition(_DOUBTS)[0][:100_000]


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
        "model": answer["model"],
        "unsupported": answer["unsupported"],
        "cost_usd": answer["usage"]["cost_usd"],
        "citations": answer["citations"],
    }

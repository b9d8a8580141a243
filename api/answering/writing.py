"""Writes one answer, saying what happens as it does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from api.answering.events import Channel
from api.kept import kept_answer_json
from api.metrics import ANSWERS, TOKENS
from api.problems import of_error
from api.schemas import answer_json, citation_json, hit_json, trace_json
from api.wire import AskRequest
from rag.store.conversations import AnswerState, Conversations, KeptAnswer
from rag.types import Answer, Filter, Retrieval, Turn, Usage

log = logging.getLogger("scholium.answers")

Piece = Retrieval | str | Answer
Ask = Callable[[str, Filter, Sequence[Turn]], Iterator[Piece]]

TURNS = 6
"""How much of a thread a follow-up is understood from."""


class _Stopped(Exception):
    """Somebody asked for the answer to be stopped, or the server is being."""


@dataclass(frozen=True)
class Writer:
    """Writes answers with ``ask``, keeps them, and charges them to their owners."""

    ask: Ask
    conversations: Conversations
    charge: Callable[[str, Usage], None]
    library: Path

    def write(self, kept: KeptAnswer, channel: Channel) -> None:
        """From the question to the last event; whatever fails becomes one."""
        try:
            searched, answer = self._written(kept, channel)
        except _Stopped:
            if not channel.parked.is_set():
                self._settle(kept, channel, "done", AnswerState.CANCELLED)
        except Exception as error:
            problem = of_error(error, self.library)
            if problem.code == "internal":
                log.exception("answer %s failed", kept.answer_id)
            said = cast("Mapping[str, Any]", problem.json(""))
            self._settle(kept, channel, "error", AnswerState.FAILED, problem=said)
        else:
            for citation in answer.citations:
                channel.say("citation", citation_json(citation))
            self._charge(kept.owner, answer.usage)
            whole = {**answer_json(answer), "searched": searched}
            self._settle(kept, channel, "done", AnswerState.DONE, answer=whole)

    def _written(self, kept: KeptAnswer, channel: Channel) -> tuple[str, Answer]:
        """What was searched for, and the answer."""
        searched = ""
        request = AskRequest.model_validate(kept.request)
        if channel.attempt > 1:
            channel.say("status", _status(kept, "restarted"))
        channel.say("status", _status(kept, "searching"))
        pieces = self.ask(request.question, request.filter(), self._turns(kept, request))
        with closing(cast("Generator[Piece, None, None]", pieces)):
            for piece in pieces:
                if channel.cancelled.is_set():
                    raise _Stopped
                match piece:
                    case Retrieval():
                        searched = piece.searched.text
                        channel.say("evidence", _evidence(piece))
                        channel.say("status", _status(kept, "writing"))
                    case str():
                        channel.say("token", {"text": piece})
                    case Answer():
                        return searched, piece
        raise _Stopped  # a stream that ends without an answer was closed

    def _turns(self, kept: KeptAnswer, request: AskRequest) -> Sequence[Turn]:
        if not kept.thread_id:
            return request.turns()
        before = self.conversations.before(kept, TURNS)
        return [Turn(b.request["question"], (b.answer or {}).get("answer", "")) for b in before]

    def _settle(
        self,
        kept: KeptAnswer,
        channel: Channel,
        kind: str,
        state: AnswerState,
        answer: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Keeps the outcome before anybody is told of it."""
        self.conversations.finish(kept.answer_id, state, answer, problem)
        ANSWERS.labels(state.value).inc()
        settled = self.conversations.answer(kept.answer_id)
        if kind == "error" or settled is None:
            channel.say("error", problem or {})
        else:
            channel.say(kind, kept_answer_json(settled))

    def _charge(self, owner: str, usage: Usage) -> None:
        TOKENS.labels("prompt").inc(usage.prompt_tokens)
        TOKENS.labels("completion").inc(usage.completion_tokens)
        self.charge(owner, usage)


def _status(kept: KeptAnswer, stage: str) -> dict[str, Any]:
    return {"answer_id": kept.answer_id, "thread_id": kept.thread_id, "stage": stage}


def _evidence(found: Retrieval) -> dict[str, Any]:
    return {
        "searched": found.searched.text,
        "hits": [hit_json(evidence) for evidence in found.evidence],
        "trace": trace_json(found.trace),
    }

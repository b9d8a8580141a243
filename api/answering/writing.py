"""Writes one answer, saying what happens as it does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, cast

from api.answering.events import Channel
from api.answering.history import TURNS, history, remember
from api.kept import kept_answer_json, shown_citation, shown_hit
from api.metrics import ANSWERS, TOKENS
from api.problems import Problem, Problems
from api.schemas import answer_json, citation_json, hit_json
from api.traces import step_json, trace_json
from api.wire import AskRequest
from rag.query.condensing import Condense
from rag.store.conversations import AnswerState, Conversations, KeptAnswer
from rag.types import Answer, Filter, Retrieval, Step, Turn, Usage

log = logging.getLogger("scholium.answers")

Piece = Retrieval | str | Step | Answer
Ask = Callable[[str, Filter, Sequence[Turn]], Iterator[Piece]]

TOKEN_CHARS = 4
"""Of English, about: for what a model was asked that never told what it charges."""


class _Stopped(Exception):
    """Somebody asked for the answer to be stopped, or the server is being."""


@dataclass
class _Spent:
    """What has been spent on an answer so far, and what is known of the rest."""

    usage: Usage = Usage()
    evidence_chars: int = 0
    written_chars: int = 0

    def of_unfinished(self) -> tuple[Usage, int, int]:
        """What is known, and the tokens that the model read and wrote beside that, about."""
        if not self.written_chars:
            return self.usage, 0, 0
        read, wrote = self.evidence_chars // TOKEN_CHARS, self.written_chars // TOKEN_CHARS
        return self.usage, read, wrote


@dataclass(frozen=True)
class Writer:
    """Writes answers with ``ask``, keeps them, and charges them to their owners.

    ``condense`` sums up long threads; ``price`` says what so many tokens read and written cost.
    """

    ask: Ask
    condense: Condense
    conversations: Conversations
    charge: Callable[[str, Usage], None]
    price: Callable[[int, int], Usage]
    problems: Problems = field(default_factory=Problems)

    def write(self, kept: KeptAnswer, channel: Channel) -> None:
        """From the question to the last event; whatever fails becomes one.

        Where not even the failure can be kept, listeners are told, and the answer is left to be
        taken up again.
        """
        try:
            self._write(kept, channel)
        except Exception as error:
            if channel.parked.is_set():
                return  # the server is gone from under it; another one begins anew
            log.exception("the outcome of answer %s can't be kept", kept.answer_id)
            channel.say("error", self.problems.of(error).json(""))

    def _write(self, kept: KeptAnswer, channel: Channel) -> None:
        spent = _Spent()
        try:
            searched, answer = self._written(kept, channel, spent)
        except _Stopped:
            self._charge_unfinished(kept, spent)
            if not channel.parked.is_set():
                self._settle(kept, channel, AnswerState.CANCELLED)
        except Exception as error:
            if channel.parked.is_set():
                return
            self._charge_unfinished(kept, spent)
            problem = self.problems.of(error)
            if problem.code == "internal":
                log.exception("answer %s failed", kept.answer_id)
            said = cast("Mapping[str, Any]", problem.json(""))
            self._settle(kept, channel, AnswerState.FAILED, problem=said)
        else:
            for citation in answer.citations:
                channel.say("citation", shown_citation(citation_json(citation)))
            self._charge(kept.owner, answer.usage)
            whole = {**answer_json(answer), "searched": searched}
            self._settle(kept, channel, AnswerState.DONE, answer=whole)
            self._remember(kept)

    def _written(self, kept: KeptAnswer, channel: Channel, spent: _Spent) -> tuple[str, Answer]:
        """What was searched for, and the answer."""
        searched = ""
        request = AskRequest.model_validate(kept.request)
        if channel.attempt > 1:
            channel.say("status", _status(kept, "restarted"))
        channel.say("status", _status(kept, "searching"))
        pieces = self.ask(request.question, request.filter(), self._turns(kept, request))
        with closing(cast("Generator[Piece, None, None]", pieces)):
            for piece in pieces:
                match piece:
                    case Retrieval():
                        searched = piece.searched.text
                        spent.usage = piece.trace.usage
                        spent.evidence_chars = sum(len(e.chunk.text) for e in piece.evidence)
                        channel.say("evidence", _evidence(piece))
                        channel.say("status", _status(kept, "writing"))
                    case Step():
                        spent.usage += piece.usage
                        channel.say("step", step_json(piece))
                    case str():
                        spent.written_chars += len(piece)
                        channel.say("token", {"text": piece})
                    case Answer():
                        return searched, piece
                if channel.cancelled.is_set():
                    raise _Stopped
        raise _Stopped  # a stream that ends without an answer was closed

    def _turns(self, kept: KeptAnswer, request: AskRequest) -> Sequence[Turn]:
        if not kept.thread_id:
            return request.turns()
        thread = self.conversations.thread(kept.thread_id)
        return history(thread, self.conversations.before(kept, TURNS)) if thread else ()

    def _remember(self, kept: KeptAnswer) -> None:
        """Where this fails, the next question is understood from fewer turns."""
        if not kept.thread_id:
            return
        try:
            self._charge(kept.owner, remember(self.conversations, kept.thread_id, self.condense))
        except Exception:
            log.exception("thread %s can't be summed up", kept.thread_id)

    def _settle(
        self,
        kept: KeptAnswer,
        channel: Channel,
        state: AnswerState,
        answer: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Keeps the outcome before anybody is told of it."""
        self.conversations.finish(kept.answer_id, state, answer, problem)
        ANSWERS.labels(state.value).inc()
        settled = self.conversations.answer(kept.answer_id)
        if settled is None:
            gone = Problem("unknown-answer", "the answer was removed while it was written")
            channel.say("error", gone.json(""))
        elif settled.problem:
            channel.say("error", settled.problem)
        else:
            channel.say("done", kept_answer_json(settled))

    def _charge_unfinished(self, kept: KeptAnswer, spent: _Spent) -> None:
        """That nobody waited for the end makes it no cheaper."""
        usage, read, wrote = spent.of_unfinished()
        self._charge(kept.owner, usage + (self.price(read, wrote) if wrote else Usage()))

    def _charge(self, owner: str, usage: Usage) -> None:
        TOKENS.labels("prompt").inc(usage.prompt_tokens)
        TOKENS.labels("completion").inc(usage.completion_tokens)
        self.charge(owner, usage)


def _status(kept: KeptAnswer, stage: str) -> dict[str, Any]:
    return {"answer_id": kept.answer_id, "thread_id": kept.thread_id, "stage": stage}


def _evidence(found: Retrieval) -> dict[str, Any]:
    return {
        "searched": found.searched.text,
        "hits": [shown_hit(hit_json(evidence)) for evidence in found.evidence],
        "trace": trace_json(found.trace),
    }

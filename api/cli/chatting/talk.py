"""A conversation on a terminal, kept in the library as the server keeps its own.

Each answer is written to the catalog in one short transaction once it is there, so that a server
beside it, and a later session, find it. One that was stopped or failed is kept as such.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, cast

from api.answering.history import TURNS, history, pinned, remember
from api.problems import Problems
from api.schemas import answer_json
from api.wire import AskRequest
from rag.errors import UsageError
from rag.library import Library
from rag.query.condensing import Condense
from rag.questions import check_question
from rag.store.conversations import AnswerState, Conversations, KeptAnswer, Thread, new_id
from rag.types import Answer, Filter, Retrieval

OWNER = ""
"""Threads of those who need no key: the server's chat page on this machine shows the same."""


@dataclass
class Talk:
    """Asks ``library`` in a thread, which begins with the first question if none is given.

    ``where`` limits every question to sections and years; ``papers`` are those that the thread is
    pinned to.
    """

    library: Library
    conversations: Conversations
    condense: Condense
    where: Filter = Filter()
    thread_id: str | None = None
    papers: tuple[str, ...] = ()
    last: Mapping[str, Any] | None = field(default=None, init=False)
    """The last answer, as JSON."""

    def open(self, thread_id: str) -> Thread:
        """Goes on with a thread. Raises UsageError where there is none."""
        thread = self._thread(thread_id)
        self.thread_id, self.papers = thread_id, thread.papers
        before = self.conversations.last(thread_id, 1)
        self.last = before[0].answer if before else None
        return thread

    def begin_anew(self) -> None:
        """The next question begins a thread, pinned to nothing."""
        self.thread_id, self.papers, self.last = None, (), None

    def pin(self, papers: Sequence[str]) -> None:
        """Has the thread ask these papers alone; none: the whole library."""
        self.papers = tuple(dict.fromkeys(papers))
        if self.thread_id:
            self.conversations.pin(self.thread_id, self.papers)

    def ask(self, question: str) -> Generator[object, None, None]:
        """What was found, pieces of the answer, the answer, as `Library.ask_stream` has them; the
        answer is kept when it comes. Raises ScholiumError.
        """
        check_question(question)
        thread = self._current()
        request = pinned(self._request(question), thread.papers)
        kept = self._asked(thread, request)
        before = history(thread, self.conversations.last(thread.thread_id, TURNS))
        searched = ""
        try:
            stream = self.library.ask_stream(question, request.filter(), before)
            with closing(cast("Generator[object, None, None]", stream)) as pieces:
                for piece in pieces:
                    if isinstance(piece, Retrieval):
                        searched = piece.searched.text
                    elif isinstance(piece, Answer):
                        self._keep(kept, piece, searched)
                    yield piece
        except Exception as error:  # a bug's, too: what was asked is not lost
            said = cast("Mapping[str, Any]", Problems(self.library.path).of(error).json(""))
            self._settle(kept, AnswerState.FAILED, problem=said)
            raise
        except (KeyboardInterrupt, GeneratorExit):
            if self.last is None or self.last.get("id") != kept.answer_id:
                self._settle(kept, AnswerState.CANCELLED)
            raise

    def remember(self) -> None:
        """Sums up the thread if it has become long."""
        if self.thread_id:
            remember(self.conversations, self.thread_id, self.condense)

    def _request(self, question: str) -> AskRequest:
        where = self.where
        return AskRequest(
            question=question,
            sections=sorted(where.roles),
            year_from=where.year_from,
            year_to=where.year_to,
        )

    def _current(self) -> Thread:
        if self.thread_id:
            return self._thread(self.thread_id)
        thread = self.conversations.open_thread(OWNER, papers=self.papers)
        self.thread_id = thread.thread_id
        return thread

    def _thread(self, thread_id: str) -> Thread:
        if thread := self.conversations.thread(thread_id):
            return thread
        raise UsageError(f"no thread {thread_id!r}: it may have been removed; /threads lists them")

    def _asked(self, thread: Thread, request: AskRequest) -> KeptAnswer:
        asked = request.model_dump(mode="json", exclude_defaults=True)
        state, now = AnswerState.RUNNING, round(time.time(), 3)
        return KeptAnswer(new_id(), thread.thread_id, thread.owner, asked, state, now)

    def _keep(self, kept: KeptAnswer, answer: Answer, searched: str) -> None:
        said = {**answer_json(answer), "searched": searched}
        self._settle(kept, AnswerState.DONE, answer=said)
        self.last = {"id": kept.answer_id, "thread_id": kept.thread_id, **said}

    def _settle(
        self,
        kept: KeptAnswer,
        state: AnswerState,
        answer: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        finished = round(time.time(), 3)
        self.conversations.keep(
            replace(kept, state=state, finished=finished, answer=answer, problem=problem)
        )

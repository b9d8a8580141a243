"""Threads and answers, as the catalog keeps them: what was asked, and what came of it.

Answers are written whether somebody listens or not, so each has a state. What an answer looks like
is its maker's business: here it is JSON.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row
from typing import Any

from rag.errors import UsageError
from rag.store.catalog_writer import WritableCatalog
from rag.store.connection import Connection

TITLE_CHARS = 80

_ANSWER = (
    "answers.answer_id, thread_id, owner, request, state, answers.created, finished, answer, "
    "problem, rating, comment, feedback.created AS rated "
    "FROM answers LEFT JOIN feedback USING (answer_id)"
)


class AnswerState(StrEnum):
    """What has become of an answer."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation of one owner. Times are seconds since 1970.

    ``papers`` are the ids of those that it is pinned to; none: it asks the whole library.
    ``summary`` stands for its first answers, if there is one: `Conversations.sum_up` has it.
    """

    thread_id: str
    owner: str
    title: str
    created: float
    updated: float
    papers: tuple[str, ...] = ()
    summary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was asked, and what came of it: ``answer`` or ``problem``, once there is either."""

    answer_id: str
    thread_id: str | None
    owner: str
    request: Mapping[str, Any]
    state: AnswerState
    created: float
    finished: float | None = None
    answer: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None
    rating: str | None = None
    comment: str | None = None
    rated: float | None = None


class Conversations:
    """What is kept of conversations in a library. Ids can't be guessed.

    Reads go by ``reader``, a connection that waits for no writer.
    """

    def __init__(self, catalog: WritableCatalog, reader: Connection | None = None) -> None:
        self._catalog = catalog
        self._reader = reader or catalog

    def open_thread(self, owner: str, title: str = "", papers: Sequence[str] = ()) -> Thread:
        """Begins a thread; without a title it gets that of its first question."""
        now = time.time()
        thread = Thread(new_id(), owner, title, now, now, tuple(papers))
        self._catalog.execute(
            "INSERT INTO threads (thread_id, owner, title, created, updated, papers) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [thread.thread_id, owner, thread.title, now, now, json.dumps(papers)],
        )
        return thread

    def thread(self, thread_id: str) -> Thread | None:
        """The thread, if there is such."""
        sql = "SELECT * FROM threads WHERE thread_id = ?"
        return next((_thread(row) for row in self._reader.select(sql, [thread_id])), None)

    def threads(self, owner: str | None, limit: int, offset: int) -> tuple[list[Thread], int]:
        """A page of the threads of an owner (None: of all), last used first, and their number."""
        where, values = ("1", []) if owner is None else ("owner = ?", [owner])
        sql = f"SELECT * FROM threads WHERE {where} ORDER BY updated DESC, thread_id"
        found = self._reader.select(f"{sql} LIMIT ? OFFSET ?", [*values, limit, offset])
        [total] = self._reader.select(f"SELECT count(*) FROM threads WHERE {where}", values)
        return [_thread(row) for row in found], int(total[0])

    def rename(self, thread_id: str, title: str) -> None:
        """Gives a thread a title."""
        sql = "UPDATE threads SET title = ? WHERE thread_id = ?"
        self._catalog.execute(sql, [title, thread_id])

    def pin(self, thread_id: str, papers: Sequence[str]) -> None:
        """Has a thread ask these papers alone; none: the whole library."""
        sql = "UPDATE threads SET papers = ? WHERE thread_id = ?"
        self._catalog.execute(sql, [json.dumps(papers), thread_id])

    def sum_up(self, thread_id: str, summary: Mapping[str, Any]) -> None:
        """Keeps what stands for a thread's first answers from now on."""
        sql = "UPDATE threads SET summary = ? WHERE thread_id = ?"
        self._catalog.execute(sql, [_json(summary), thread_id])

    def forget(self, thread_id: str) -> None:
        """Removes a thread with its answers."""
        self._catalog.execute("DELETE FROM threads WHERE thread_id = ?", [thread_id])

    def begin(
        self, answer_id: str, owner: str, thread_id: str | None, request: Mapping[str, Any]
    ) -> KeptAnswer:
        """Keeps what is asked, before anything is done about it. Raises UsageError if the thread is
        gone.
        """
        kept = KeptAnswer(answer_id, thread_id, owner, request, AnswerState.RUNNING, _now())
        self.keep(kept)
        return kept

    def keep(self, kept: KeptAnswer) -> None:
        """Keeps an answer as it is, at the end of its thread. Raises UsageError if that is gone."""
        title = " ".join(str(kept.request["question"]).split())[:TITLE_CHARS]
        with self._catalog.transaction():
            if kept.thread_id is not None and self.thread(kept.thread_id) is None:
                raise UsageError(f"the thread {kept.thread_id!r} was removed: begin another")
            self._catalog.execute(
                "INSERT INTO answers (answer_id, thread_id, owner, request, state, created, "
                "attempts, finished, answer, problem) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
                [
                    kept.answer_id,
                    kept.thread_id,
                    kept.owner,
                    _json(kept.request),
                    kept.state,
                    kept.created,
                    kept.finished,
                    kept.answer and _json(kept.answer),
                    kept.problem and _json(kept.problem),
                ],
            )
            self._catalog.execute(
                "UPDATE threads SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END "
                "WHERE thread_id = ?",
                [kept.created, title, kept.thread_id],
            )

    def try_again(self, answer_id: str) -> int:
        """Counts another attempt at an answer that nobody has finished: which one it is."""
        sql = "UPDATE answers SET attempts = attempts + 1 WHERE answer_id = ?"
        self._catalog.execute(sql, [answer_id])
        found = self._reader.select("SELECT attempts FROM answers WHERE answer_id = ?", [answer_id])
        return int(found[0]["attempts"]) if found else 0

    def forget_answers(self, before: float) -> None:
        """Removes the answers without a thread that were asked before that time."""
        sql = "DELETE FROM answers WHERE thread_id IS NULL AND created < ? AND state <> ?"
        self._catalog.execute(sql, [before, AnswerState.RUNNING])

    def finish(
        self,
        answer_id: str,
        state: AnswerState,
        answer: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> bool:
        """Keeps what came of it; False if that was settled before, or the answer is gone."""
        changed = self._catalog.execute(
            "UPDATE answers SET state = ?, finished = ?, answer = ?, problem = ? "
            "WHERE answer_id = ? AND state = ?",
            [
                state,
                _now(),
                answer and _json(answer),
                problem and _json(problem),
                answer_id,
                AnswerState.RUNNING,
            ],
        )
        return changed > 0

    def answer(self, answer_id: str) -> KeptAnswer | None:
        """The answer, if there is such."""
        return next(iter(self._answers("answers.answer_id = ?", [answer_id])), None)

    def answers(self, thread_id: str) -> list[KeptAnswer]:
        """A thread's answers, oldest first."""
        return self._answers("thread_id = ? ORDER BY number", [thread_id])

    def before(self, kept: KeptAnswer, limit: int) -> list[KeptAnswer]:
        """The last ``limit`` finished answers of the thread before this one, oldest first."""
        number = "(SELECT number FROM answers WHERE answer_id = ?)"
        return self._last(kept.thread_id, limit, f"AND number < {number}", [kept.answer_id])

    def last(self, thread_id: str, limit: int) -> list[KeptAnswer]:
        """The last ``limit`` finished answers of a thread, oldest first."""
        return self._last(thread_id, limit)

    def running(self) -> list[str]:
        """The answers that nobody has finished."""
        sql = "SELECT answer_id FROM answers WHERE state = ? ORDER BY number"
        return [row[0] for row in self._reader.select(sql, [AnswerState.RUNNING])]

    def rate(self, answer_id: str, rating: str, comment: str) -> None:
        """Keeps what a reader thinks of an answer, in place of what was said before."""
        self._catalog.execute(
            "INSERT OR REPLACE INTO feedback SELECT answer_id, ?, ?, ? FROM answers "
            "WHERE answer_id = ?",
            [rating, comment, _now(), answer_id],
        )

    def ratings(self, limit: int, offset: int) -> tuple[list[KeptAnswer], int]:
        """A page of the answers that somebody rated, the last rated first, and their number."""
        where = "rating IS NOT NULL ORDER BY feedback.created DESC LIMIT ? OFFSET ?"
        [total] = self._reader.select("SELECT count(*) FROM feedback")
        return self._answers(where, [limit, offset]), int(total[0])

    def _last(
        self, thread_id: str | None, limit: int, which: str = "", values: Sequence[object] = ()
    ) -> list[KeptAnswer]:
        where = f"thread_id = ? AND state = ? {which} ORDER BY number DESC LIMIT ?"
        return self._answers(where, [thread_id, AnswerState.DONE, *values, limit])[::-1]

    def _answers(self, where: str, values: Sequence[object]) -> list[KeptAnswer]:
        return [
            _kept(row) for row in self._reader.select(f"SELECT {_ANSWER} WHERE {where}", values)
        ]


def _thread(row: Row) -> Thread:
    kept = {"papers": tuple(json.loads(row["papers"])), "summary": json.loads(row["summary"])}
    return Thread(**{**dict(row), **kept})


def _kept(row: Row) -> KeptAnswer:
    return KeptAnswer(
        row["answer_id"],
        row["thread_id"],
        row["owner"],
        json.loads(row["request"]),
        AnswerState(row["state"]),
        row["created"],
        row["finished"],
        row["answer"] and json.loads(row["answer"]),
        row["problem"] and json.loads(row["problem"]),
        row["rating"],
        row["comment"],
        row["rated"],
    )


def _json(value: Mapping[str, Any]) -> str:
    """Well-formed, whatever stands in it: SQLite takes no halves of characters."""
    said = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return said.encode("utf-8", "replace").decode("utf-8")


def _now() -> float:
    return round(time.time(), 3)


def new_id() -> str:
    """An id that can't be guessed."""
    return secrets.token_urlsafe(16).replace("-", "_")

"""The language model, with patience and persistence that the configuration bounds.

Every wait is bounded by the settings, whatever the server does: ``timeout_s`` for the first
piece, ``stall_s`` for each next one, ``deadline_s`` for all of it, retries included. Every
call is streamed, so that they mean the same for whoever wants the whole. Failed calls are
repeated with exponential backoff and full jitter (Brooker 2015, AWS Architecture Blog), no
sooner than the server's ``Retry-After``, and only while nothing of the answer has come.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from rag.config import Llm
from rag.errors import ConfigError, ModelError, OverBudget
from rag.exchange import Exchange, charged, count_tokens
from rag.litellm_import import import_litellm
from rag.llm_collected import Collected
from rag.llm_errors import Caller, Failure, explain, invalid_answer
from rag.llm_fallbacks import Stream, in_turn
from rag.llm_gate import NoPlace, place
from rag.llm_request import most_tokens, parameters, refused, window
from rag.llm_waits import late, no_place
from rag.spending import SetAside
from rag.types import Completion, Message, Usage
from rag.watchdog import Overdue, Patience, watched

PING_TIMEOUT_S = 10.0
MESSAGE_TOKENS = 8
"""What a turn takes beside its text, at most about."""

COUNTED = 0.9
"""Of a window: tokens are counted by another tokenizer where a model's own is not known."""

_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 20.0
_SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")


class ChatModel:
    """A configured model. Instances hold no connection and may be shared between threads."""

    def __init__(
        self,
        settings: Llm,
        environ: Mapping[str, str] = os.environ,
        set_aside: SetAside | None = None,
        *,
        logprobs: bool = False,
    ) -> None:
        """``set_aside`` keeps calls to a budget; None: there is none.

        Raises ConfigError where no model is configured: none is ever called then.
        """
        if not settings.model:
            raise ConfigError("no language model is configured: set llm.model")
        self._settings = settings
        self._environ = environ
        self._set_aside = set_aside
        self._logprobs = logprobs
        others = settings.in_turn()[1:]
        self._others = tuple(
            ChatModel(table, environ, set_aside, logprobs=logprobs) for table in others
        )
        self._caller = Caller(
            model=settings.model,
            host=urlsplit(settings.api_base).netloc.rpartition("@")[2],
            key_name=settings.api_key_env or "llm.api_key_env, and the variable that it names",
            secrets=tuple(v for k, v in environ.items() if _is_secret(k, v)),
        )

    @property
    def name(self) -> str:
        """The model's name in the configuration."""
        return self._settings.model

    @property
    def deadline_s(self) -> float:
        """How long an answer may take, retries and fallbacks included."""
        return self._settings.deadline_s

    @property
    def room_tokens(self) -> int | None:
        """How long a prompt may be, beside the longest answer; None where nobody knows."""
        known = window(self._settings)
        return int(COUNTED * (known - most_tokens(self._settings))) if known else None

    def price(self, prompt_tokens: int, completion_tokens: int) -> Usage:
        """What so many tokens cost, by litellm's list."""
        return charged(self._settings.model, prompt_tokens, completion_tokens)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of the model's tokens each text has, by litellm's counting."""
        return count_tokens(self._settings.model, texts)

    def warm_up(self) -> None:
        """Loads litellm, which takes seconds. Raises ConfigError if it isn't installed."""
        import_litellm()

    def complete(self, messages: Sequence[Message]) -> Completion:
        """The model's answer to ``messages``. Raises ModelError."""
        with closing(self.stream(messages)) as stream:
            return [item for item in stream if isinstance(item, Completion)][-1]

    def stream(self, messages: Sequence[Message]) -> Stream:
        """The answer in pieces while it is written, then all of it. Raises ModelError.

        Closing the generator ends the call.
        """
        self.warm_up()  # before any time-out begins to run
        until = time.monotonic() + self._settings.deadline_s
        if self._others:
            yield from in_turn((self, *self._others), messages, until)
        else:
            yield from self.answer_by(messages, until, until)

    def answer_by(self, messages: Sequence[Message], begin_by: float, until: float) -> Stream:
        """The answer of this model alone, by ``until``; no try begins after ``begin_by``.

        Both are readings of `time.monotonic`. Raises ModelError.
        """
        request = parameters(self._settings, messages, self._key(), self._logprobs)
        read = cache(partial(self._tokens_of, messages))
        attempt, spent = 0, Usage()
        while True:
            collected = Collected(self.name)
            try:
                with self._budgeted(read, collected, spent):
                    yield from self._attempt(request, begin_by, until, collected)
                break
            except _Failed as failed:
                spent += collected.taken(read, self.price)
                pause = self._pause_s(failed.failure, attempt, begin_by)
                unknown = refused(failed.failure.error.what, request)
                if unknown and not collected.parts:
                    del request[unknown]
                elif collected.parts or pause is None:
                    raise _charged(failed.failure.error, spent) from failed.__cause__
                else:
                    time.sleep(pause)
                    attempt += 1
        yield collected.completion(spent + collected.taken(read, self.price))

    def ping(self) -> None:
        """Asks for one token, once. Raises ModelError if the model can't be used."""
        seconds = min(PING_TIMEOUT_S, self._settings.timeout_s)
        waits = {"retries": 0, "timeout_s": seconds, "deadline_s": seconds}
        self._changed({"max_tokens": 1, "fallbacks": (), **waits}).complete(
            [{"role": "user", "content": "ping"}]
        )

    def hurried(self, deadline_s: float) -> ChatModel:
        """The same model with at most ``deadline_s`` for an answer, retries included."""
        return self._changed({"deadline_s": min(deadline_s, self._settings.deadline_s)})

    def with_logprobs(self) -> ChatModel:
        """The same model, asked to say how sure it is of each token, which not every one can."""
        return self._like(self._settings, logprobs=True)

    def _changed(self, changes: dict[str, Any]) -> ChatModel:
        return self._like(self._settings.model_copy(update=changes), self._logprobs)

    def _like(self, settings: Llm, logprobs: bool) -> ChatModel:
        return ChatModel(settings, self._environ, self._set_aside, logprobs=logprobs)

    def _attempt(
        self, request: dict[str, Any], begin_by: float, until: float, collected: Collected
    ) -> Iterator[str]:
        try:
            exchange = Exchange(request)
            release = place(self._settings, begin_by)
            collected.is_sent = True
            with closing(watched(exchange, self._patience(begin_by, until), release)) as pieces:
                for piece in pieces:
                    collected.add(piece)
                    if piece.text:
                        yield piece.text
        except Overdue as overdue:
            raise _Failed(Failure(late(overdue, self._caller, self._settings, until))) from overdue
        except NoPlace:
            raise _Failed(Failure(no_place(self._caller, self._settings))) from None
        except ModelError as error:
            raise _Failed(Failure(error)) from error
        except Exception as error:  # litellm and its providers raise what they like
            collected.is_sent = collected.has_begun
            raise _Failed(explain(error, self._caller)) from error
        if collected.is_nothing:
            collected.is_sent = collected.has_begun
            raise _Failed(invalid_answer(self._caller))

    def _patience(self, begin_by: float, until: float) -> Patience:
        first_s = min(self._settings.timeout_s, begin_by - time.monotonic())
        return Patience(first_s, self._settings.stall_s, until)

    @contextmanager
    def _budgeted(
        self, read: Callable[[], int], collected: Collected, spent: Usage
    ) -> Iterator[None]:
        """A block for one try that keeps to the budget, if there is any: each try may be charged.

        Raises OverBudget; ``spent`` is what the tries before this one were charged.
        """
        if self._set_aside is None:
            yield
            return
        try:
            most = self.price(read(), most_tokens(self._settings))
            with self._set_aside(self.name, most) as account:
                try:
                    yield
                finally:
                    account.taken = collected.taken(read, self.price)
        except OverBudget as error:
            raise _charged(error, spent) from error.__cause__

    def _tokens_of(self, messages: Sequence[Message]) -> int:
        texts = [message["content"] for message in messages]
        return sum(self.count_tokens(texts)) + MESSAGE_TOKENS * len(texts)

    def _pause_s(self, failure: Failure, attempt: int, begin_by: float) -> float | None:
        """How long to wait before the next try; None if there is to be none."""
        if not failure.retryable or attempt >= self._settings.retries:
            return None
        backoff = min(_FIRST_BACKOFF_S * 2**attempt, _LONGEST_BACKOFF_S)
        pause = (failure.retry_after_s or 0.0) + random.uniform(0, backoff)  # noqa: S311
        return pause if time.monotonic() + pause < begin_by else None

    def _key(self) -> str:
        """The configured key. Raises ModelError if its variable is empty."""
        name = self._settings.api_key_env
        if name and not self._environ.get(name):
            raise ModelError(f"The model {self._caller} needs a key", f"set {name}")
        if name:
            return self._environ[name]
        # Without this, litellm would send the key of the model's maker to somebody's server.
        return "none" if self._settings.api_base else ""


class _Failed(Exception):
    """Carries a failure out of an attempt."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def _charged(error: ModelError, spent: Usage) -> ModelError:
    """``error`` with what all tries together were charged, if they were."""
    error.usage = spent if spent != Usage() else None
    return error


def _is_secret(name: str, value: str) -> bool:
    """Whether a variable of the environment must not show up in messages."""
    return len(value) >= 8 and any(part in name.upper() for part in _SECRET_NAMES)

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
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from rag.config import Llm
from rag.errors import ConfigError, ModelError, ModelTimeout
from rag.exchange import CUT, Exchange, Piece, charged, count_tokens, sent
from rag.litellm_import import import_litellm
from rag.llm_errors import Caller, Failure, explain, invalid_answer
from rag.types import Completion, Message, TokenLogprob, Usage
from rag.watchdog import Overdue, Patience, watched

PING_TIMEOUT_S = 10.0
_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 20.0
_SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")


Stream = Generator[str | Completion, None, None]


class ChatModel:
    """A configured model. Instances hold no connection and may be shared between threads."""

    logprobs = False
    """Whether the server is asked how sure the model is of each token."""

    def __init__(self, settings: Llm, environ: Mapping[str, str] = os.environ) -> None:
        """Raises ConfigError where no model is configured: none is ever called then."""
        if not settings.model:
            raise ConfigError("no language model is configured: set llm.model")
        self._settings = settings
        self._environ = environ
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

    def price(self, prompt_tokens: int, completion_tokens: int) -> Usage:
        """What so many tokens cost, by litellm's list."""
        return charged(self._settings.model, prompt_tokens, completion_tokens)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of the model's tokens each text has, by litellm's counting."""
        return count_tokens(self._settings.model, texts)

    def warm_up(self) -> None:
        """Loads litellm, which takes seconds. Raises ConfigError if it isn't installed."""
        import_litellm()

    def start_warm_up(self) -> threading.Thread:
        """Warms up beside whatever comes before the first call; what fails is raised there.

        The process waits for the thread at its end: one that ends amid an import may hang.
        """
        thread = threading.Thread(target=self._warm_up_quietly, name="model-warm-up")
        thread.start()
        return thread

    def _warm_up_quietly(self) -> None:
        # Python starts no thread pool in a process that ends: RuntimeError, amid the import.
        with suppress(ConfigError, RuntimeError):
            self.warm_up()

    def complete(self, messages: Sequence[Message]) -> Completion:
        """The model's answer to ``messages``. Raises ModelError."""
        with closing(self.stream(messages)) as stream:
            return [item for item in stream if isinstance(item, Completion)][-1]

    def stream(self, messages: Sequence[Message]) -> Stream:
        """The answer in pieces while it is written, then all of it. Raises ModelError.

        Closing the generator ends the call.
        """
        request = self._request(messages)
        self.warm_up()  # before any time-out begins to run
        until = time.monotonic() + self._settings.deadline_s
        attempt = 0
        while True:
            collected = _Collected()
            try:
                yield from self._attempt(request, until, collected)
                break
            except _Failed as failed:
                pause = self._pause_s(failed.failure, attempt, until)
                if collected.parts or pause is None:
                    raise failed.failure.error from failed.__cause__
            time.sleep(pause)
            attempt += 1
        yield collected.completion()

    def ping(self) -> None:
        """Asks for one token, once. Raises ModelError if the model can't be used."""
        seconds = min(PING_TIMEOUT_S, self._settings.timeout_s)
        changes = {"max_tokens": 1, "retries": 0, "timeout_s": seconds, "deadline_s": seconds}
        self._changed(changes).complete([{"role": "user", "content": "ping"}])

    def hurried(self, deadline_s: float) -> ChatModel:
        """The same model with at most ``deadline_s`` for an answer, retries included."""
        hurried = self._changed({"deadline_s": min(deadline_s, self._settings.deadline_s)})
        hurried.logprobs = self.logprobs
        return hurried

    def with_logprobs(self) -> ChatModel:
        """The same model, asked to say how sure it is of each token, which not every one can."""
        asked = copy(self)
        asked.logprobs = True
        return asked

    def _changed(self, changes: dict[str, Any]) -> ChatModel:
        return ChatModel(self._settings.model_copy(update=changes), self._environ)

    def _attempt(
        self, request: dict[str, Any], until: float, collected: _Collected
    ) -> Iterator[str]:
        patience = Patience(self._settings.timeout_s, self._settings.stall_s, until)
        try:
            with closing(watched(Exchange(request), patience)) as pieces:
                for piece in pieces:
                    collected.add(piece)
                    if piece.text:
                        yield piece.text
        except Overdue as overdue:
            raise _Failed(Failure(self._overdue(overdue, until))) from overdue
        except ModelError as error:
            raise _Failed(Failure(error)) from error
        except Exception as error:  # litellm and its providers raise what they like
            raise _Failed(explain(error, self._caller)) from error
        if collected.is_nothing:
            raise _Failed(invalid_answer(self._caller))

    def _pause_s(self, failure: Failure, attempt: int, until: float) -> float | None:
        """How long to wait before the next try; None if there is to be none."""
        if not failure.retryable or attempt >= self._settings.retries:
            return None
        backoff = min(_FIRST_BACKOFF_S * 2**attempt, _LONGEST_BACKOFF_S)
        pause = (failure.retry_after_s or 0.0) + random.uniform(0, backoff)  # noqa: S311
        return pause if time.monotonic() + pause < until else None

    def _overdue(self, overdue: Overdue, until: float) -> ModelTimeout:
        settings = self._settings
        what = f"The model {self._caller}"
        if time.monotonic() >= until:
            what += f" did not finish within {settings.deadline_s:g} s"
            return ModelTimeout(what, "raise llm.deadline_s, or choose a faster model")
        if overdue.began:
            what += f" stopped for {settings.stall_s:g} s in the middle of its answer"
            return ModelTimeout(what, "try again, or raise llm.stall_s")
        what += f" did not answer within {settings.timeout_s:g} s"
        return ModelTimeout(what, "check that its server runs, or raise llm.timeout_s")

    def _request(self, messages: Sequence[Message]) -> dict[str, Any]:
        settings = self._settings
        request: dict[str, Any] = {
            "model": settings.model,
            "messages": [sent(message, settings.model) for message in messages],
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            "drop_params": True,
            "max_retries": 0,
            "num_retries": 0,
            # Ends the reading thread once nobody waits for it; the waits proper are watched().
            "timeout": max(settings.timeout_s, settings.stall_s) + 0.5,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self.logprobs:
            request["logprobs"] = True
        if settings.api_base:
            request["api_base"] = settings.api_base
        if key := self._key():
            request["api_key"] = key
        return request

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


class _Collected:
    """What has come of one attempt."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._usage = Usage()
        self._finish: str | None = None

    def add(self, piece: Piece) -> None:
        if piece.text:
            self.parts.append(piece.text)
        self._logprobs += piece.logprobs
        self._usage = piece.usage or self._usage
        self._finish = piece.finish or self._finish

    @property
    def is_nothing(self) -> bool:
        """Whether what came was no answer at all, not even an empty one."""
        return not self.parts and self._finish == CUT

    def completion(self) -> Completion:
        cut = self._finish in ("length", CUT)
        return Completion("".join(self.parts), self._usage, cut, tuple(self._logprobs))


def _is_secret(name: str, value: str) -> bool:
    """Whether a variable of the environment must not show up in messages."""
    return len(value) >= 8 and any(part in name.upper() for part in _SECRET_NAMES)

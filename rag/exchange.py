"""One request to a language model: the only place that calls litellm for chat."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rag.litellm_import import import_litellm
from rag.types import Message, TokenLogprob, Usage

CUT = "cut"
"""Why a stream ended that the server did not end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What came over the wire; without text (a thought, a count) it still shows life.

    ``thoughts`` is how many characters of a thought came, which nobody is shown.
    """

    text: str = ""
    thoughts: int = 0
    usage: Usage | None = None
    finish: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()


class Exchange:
    """One streamed request, as a source of what comes back."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self._litellm = import_litellm()
        self._response: Any = None

    def __iter__(self) -> Iterator[Piece]:
        self._response = self._litellm.completion(**self._request)
        for chunk in self._response:
            yield self._piece(chunk)
        # litellm ends every stream with a reason of its own making if the server gave none.
        if getattr(self._response, "received_finish_reason", CUT) is None:
            yield Piece(finish=CUT)

    def close(self) -> None:
        """Hangs up, which also wakes a thread that waits for more."""
        response = _http_response(getattr(self._response, "completion_stream", None))
        if response is None or response.is_closed:  # its connection may serve another by now
            return
        connection = response.extensions.get("network_stream")
        wire = connection.get_extra_info("socket") if connection else None
        if wire is not None:
            with suppress(OSError):
                socket.socket.shutdown(wire, socket.SHUT_RDWR)  # leaves TLS to its reader
        response.close()

    def _piece(self, chunk: Any) -> Piece:
        usage = getattr(chunk, "usage", None)
        choice = chunk.choices[0] if chunk.choices else None
        return Piece(
            text=_well_formed((choice and choice.delta.content) or ""),
            thoughts=len(getattr(choice and choice.delta, "reasoning_content", None) or ""),
            usage=usage and _billed(self._request["model"], usage),
            finish=choice and choice.finish_reason,
            logprobs=_logprobs(choice),
        )


def charged(
    model: str, prompt_tokens: int, completion_tokens: int, read: int = 0, kept: int = 0
) -> Usage:
    """Tokens, and their price where litellm's list has one.

    Of the prompt's tokens, ``read`` came from the server's cache of prefixes and ``kept`` went into
    it, at prices of their own.
    """
    price = _listed(model)
    usual = price.get("input_cost_per_token") or 0.0
    cost = (prompt_tokens - read - kept) * usual
    cost += read * (price.get("cache_read_input_token_cost") or usual)
    cost += kept * (price.get("cache_creation_input_token_cost") or usual)
    cost += completion_tokens * (price.get("output_cost_per_token") or 0.0)
    return Usage(prompt_tokens, completion_tokens, cost)


def count_tokens(model: str, texts: Sequence[str]) -> list[int]:
    """How many tokens of the model each text has; about as many, where litellm knows no better."""
    litellm = import_litellm()
    return [litellm.token_counter(model=model, text=text) for text in texts]


def context_tokens(model: str) -> int:
    """How many tokens the model reads at once, by litellm's list; 0 where it is not in it."""
    known = _listed(model)
    return int(known.get("max_input_tokens") or known.get("max_tokens") or 0)


def sent(message: Message, model: str) -> dict[str, Any]:
    """The message as it goes to the server.

    Most servers find out by themselves what requests have in common; Claude's are to be told where
    that ends (docs.anthropic.com, "Prompt caching"), and litellm passes it on.
    """
    content, stable = message["content"], message.get("stable", 0)
    if not stable or "claude" not in model.lower():
        return {"role": message["role"], "content": content}
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": content[:stable], "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": content[stable:]},
    ]
    return {"role": message["role"], "content": [part for part in parts if part["text"]]}


def _listed(model: str) -> dict[str, Any]:
    models: dict[str, dict[str, Any]] = import_litellm().model_cost
    return models.get(model) or models.get(model.partition("/")[2]) or {}


def _billed(model: str, usage: Any) -> Usage:
    details = getattr(usage, "prompt_tokens_details", None)
    prompt = usage.prompt_tokens or 0
    read = min(getattr(details, "cached_tokens", None) or 0, prompt)
    kept = min(getattr(usage, "cache_creation_input_tokens", None) or 0, prompt - read)
    return charged(model, prompt, usage.completion_tokens or 0, read, kept)


def _logprobs(choice: Any) -> tuple[TokenLogprob, ...]:
    """How sure the model was of each token, where the server says it."""
    told = getattr(getattr(choice, "logprobs", None), "content", None) or ()
    # A server that doesn't know writes null, or leaves one of the two out.
    read = ((_of(each, "token"), _of(each, "logprob")) for each in told)
    return tuple(
        TokenLogprob(_well_formed(token), float(value))
        for token, value in read
        if isinstance(token, str) and isinstance(value, int | float)
    )


def _of(value: Any, name: str) -> Any:
    """A field of what litellm passes on, sometimes as an object and sometimes as it came."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _well_formed(text: str) -> str:
    """Half of a character, which some servers send, can be neither kept nor passed on."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _http_response(stream: Any) -> Any:
    """The httpx response that a litellm stream reads: openai's has it, others read its lines."""
    if hasattr(stream, "response"):
        return stream.response
    lines = getattr(stream, "streaming_response", stream)
    return inspect.getgeneratorlocals(lines).get("self") if inspect.isgenerator(lines) else None

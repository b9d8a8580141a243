"""What a server is asked for one call: the parameters, as litellm takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.config import Llm
from rag.exchange import context_tokens, sent
from rag.types import Message

_DISPENSABLE = ("logprobs", "stream_options")
"""Parameters that not every server knows, and some refuse by their name."""

_AFTER_S = 0.5
"""By how much a server's own time-out comes after those that count."""


def window(settings: Llm) -> int:
    """How many tokens the model reads and writes at once; 0 where nobody knows."""
    return settings.context_tokens or context_tokens(settings.model)


def most_tokens(settings: Llm) -> int:
    """How long an answer may be: half of the window is the question's."""
    known = window(settings)
    return min(settings.max_tokens, known // 2) if known else settings.max_tokens


def parameters(
    settings: Llm, messages: Sequence[Message], key: str, logprobs: bool
) -> dict[str, Any]:
    """The request for an answer to ``messages``, as a stream."""
    request: dict[str, Any] = {
        "model": settings.model,
        "messages": [sent(message, settings.model) for message in messages],
        "temperature": settings.temperature,
        "max_tokens": most_tokens(settings),
        "drop_params": True,
        "max_retries": 0,
        "num_retries": 0,
        # Ends the reading thread once nobody waits for it; the waits proper are watched().
        "timeout": max(settings.timeout_s, settings.stall_s) + _AFTER_S,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    optional = {"logprobs": logprobs, "api_base": settings.api_base, "api_key": key}
    return request | {name: value for name, value in optional.items() if value}


def refused(said: str, request: Mapping[str, Any]) -> str:
    """What a server that ``said`` so can answer without; empty if there is nothing of the kind."""
    told = said.lower()
    return next((name for name in _DISPENSABLE if name in request and name in told), "")

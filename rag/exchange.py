"""One request to a language model: the only place that calls litellm for chat."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rag.litellm_import import import_litellm
from rag.types import Usage

CUT = "cut"
"""Why a stream ended that the server did not end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What came over the wire; without text (a thought, a count) it still shows life."""

    text: str = ""
    usage: Usage | None = None
    finish: str | None = None


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
            usage=usage
            and charged(
                self._request["model"], usage.prompt_tokens or 0, usage.completion_tokens or 0
            ),
            finish=choice and choice.finish_reason,
        )


def charged(model: str, prompt_tokens: int, completion_tokens: int) -> Usage:
    """Tokens, and their price where litellm's list has one."""
    prices = import_litellm().model_cost
    price = prices.get(model) or prices.get(model.partition("/")[2]) or {}
    cost = prompt_tokens * (price.get("input_cost_per_token") or 0.0)
    cost += completion_tokens * (price.get("output_cost_per_token") or 0.0)
    return Usage(prompt_tokens, completion_tokens, cost)


def _well_formed(text: str) -> str:
    """Half of a character, which some servers send, can be neither kept nor passed on."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _http_response(stream: Any) -> Any:
    """The httpx response that a litellm stream reads: openai's has it, others read its lines."""
    if hasattr(stream, "response"):
        return stream.response
    lines = getattr(stream, "streaming_response", stream)
    return inspect.getgeneratorlocals(lines).get("self") if inspect.isgenerator(lines) else None

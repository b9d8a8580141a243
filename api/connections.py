"""Connections that neither say what they want nor take what they get.

uvicorn waits for ever for the first request of a connection, and for a client to take what is left
when a response is given up.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

FIRST_REQUEST_S = 30.0
LAST_WORDS_S = 10.0


class Hasty(HttpToolsProtocol):
    """uvicorn's protocol, with an end to both."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Gives the first request its time."""
        super().connection_made(cast("asyncio.Transport", _Closing(transport)))
        self._first = asyncio.get_running_loop().call_later(FIRST_REQUEST_S, self._hang_up)

    def on_headers_complete(self) -> None:
        """A request is there."""
        self._first.cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to be timed."""
        self._first.cancel()
        super().connection_lost(exc)

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


class _Closing:
    """A transport that is gone some seconds after it was closed, whatever it still holds."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Lets the client take what is left, if it is quick."""
        self._transport.close()
        asyncio.get_running_loop().call_later(LAST_WORDS_S, self._transport.abort)

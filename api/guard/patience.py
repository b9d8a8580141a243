"""How long the server waits for a client that takes, or sends, nothing."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Stalled(ConnectionError):
    """A client took or sent nothing for too long."""


class Patience:
    """Lets go of clients that stall: each piece sent, and each piece of a body, has its time."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        whole = False

        async def hurried(message: Message) -> None:
            try:
                async with asyncio.timeout(self._seconds):
                    await send(message)
            except TimeoutError as error:
                raise Stalled(f"took nothing for {self._seconds:g} s") from error

        async def prompt() -> Message:
            nonlocal whole
            if whole:  # what comes now is the end of the connection, whenever that is
                return await receive()
            try:
                async with asyncio.timeout(self._seconds):
                    message = await receive()
            except TimeoutError as error:
                raise Stalled(f"sent nothing for {self._seconds:g} s") from error
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, prompt, hurried)

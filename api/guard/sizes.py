"""How large a request's body may be, whatever it says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem
from api.responses import problem_response


class Sizes:
    """Refuses what is larger than ``limit`` bytes: at once where it says so, else when it is.

    ``others`` are paths with a limit of their own; None: they count for themselves.
    """

    def __init__(self, app: ASGIApp, limit: int, others: Mapping[str, int | None]) -> None:
        self._app = app
        self._limit = limit
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._others.get(scope["path"], self._limit) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
        elif _told(scope) > limit:
            problem = Problem("too-large", _too_large(limit), {"Connection": "close"})
            await problem_response(problem, scope)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, limit), send)


def _counted(receive: Receive, limit: int) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise HTTPException(413, _too_large(limit))  # the one error that passes all readers
        return message

    return counted


def _told(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large(limit: int) -> str:
    return f"the body may have {limit / 1024:,.0f} KB: send less at once"

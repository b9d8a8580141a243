"""MCP as a path of the server: the same keys, limits and budgets as for all other calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.guard import callers
from api.guard.callers import Caller
from api.guard.keys import Scope as KeyScope
from api.mcp.server import McpApp, mcp_app
from api.problems import Problem
from api.responses import problem_response
from api.serving import Serving
from rag.errors import UsageError
from rag.types import Answer


@asynccontextmanager
async def mounted_mcp(here: Serving) -> AsyncIterator[McpApp]:
    """For the library that is served; its hosts and origins were checked before."""

    def asking(request: Request | None, answer: Callable[[], Answer]) -> Answer:
        assert request is not None  # noqa: S101  (it came over HTTP)
        caller: Caller = request.state.caller
        if not caller.may(KeyScope.ASK):
            raise UsageError("this key may not ask: it lacks the scope ask")
        try:
            callers.within_budget(caller, here)
        except Problem as problem:
            raise UsageError(problem.detail) from problem
        made = answer()
        here.keys.charge(caller.owner, made.usage)
        return made

    app = mcp_app(here.library, asking)
    async with app.running():
        yield app


class Guarded:
    """Lets callers with a key that may read or ask through to the `McpApp` in the app's state."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["app"].state
        client = scope.get("client") or ("",)
        try:
            caller = await asyncio.to_thread(
                callers.admitted,
                state.serving,
                _token(Headers(scope=scope)),
                client[0],
                (KeyScope.READ, KeyScope.ASK),
            )
        except Problem as problem:
            await problem_response(problem, scope)(scope, receive, send)
            return
        scope["state"]["caller"] = caller
        scope["state"]["key"] = caller.owner
        await state.mcp(scope, receive, send)


def _token(headers: Headers) -> str | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None

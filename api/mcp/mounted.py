"""MCP as a path of the server: the same keys, limits and budgets as for all other calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from threading import Lock

from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from api.guard import callers
from api.guard.callers import Caller
from api.guard.keys import Scope as KeyScope
from api.mcp.gate import Asked
from api.mcp.server import McpApp, mcp_app
from api.problems import Problem, busy
from api.responses import problem_response
from api.serving import Serving
from rag.build_active import comparer
from rag.errors import UsageError
from rag.types import Retrieval

AT_ONCE = 16
"""Calls at work, of all callers together; each has a thread of its own."""


@dataclass(frozen=True)
class Keyed:
    """Lets callers do what their keys are for, and charges them for it."""

    here: Serving
    _asking: Counter[str] = field(default_factory=Counter)
    _counting: Lock = field(default_factory=Lock)

    def search(self, request: Request | None, act: Callable[[], Retrieval]) -> Retrieval:
        """Where a language model rewrites what is searched for, that costs something, too."""
        caller = _caller(request)
        if self.here.settings.llm.answers_queries:
            self._check_budget(caller)
        found = act()
        self.here.keys.charge(caller.owner, found.trace.usage)
        return found

    def ask(self, request: Request | None, act: Callable[[], Asked]) -> Asked:
        caller = _caller(request)
        if not caller.may(KeyScope.ASK):
            raise UsageError("this key may not ask: it lacks the scope ask")
        self._check_budget(caller)
        with self._place(caller):
            said = act()
            self.here.keys.charge(caller.owner, said.usage)
        return said

    @contextmanager
    def _place(self, caller: Caller) -> Iterator[None]:
        """One of those that the caller may have at once; what it costs is known at its end."""
        most = caller.most_answers
        with self._counting:
            if most is not None and self._asking[caller.owner] >= most:
                raise UsageError(busy(f"{most} answers for this key are being written").detail)
            self._asking[caller.owner] += 1
        try:
            yield
        finally:
            with self._counting:
                self._asking[caller.owner] -= 1

    def _check_budget(self, caller: Caller) -> None:
        try:
            callers.within_budget(caller, self.here)
        except Problem as problem:
            raise UsageError(problem.detail) from problem


@dataclass(frozen=True)
class Mounted:
    """For keys that may read, and for those that may only ask."""

    papers: McpApp
    answers: McpApp


@asynccontextmanager
async def mounted_mcp(here: Serving) -> AsyncIterator[Mounted]:
    """For the library that is served; its hosts and origins were checked before."""
    gate, judge = Keyed(here), comparer(here.settings)
    made = Mounted(
        mcp_app(here.library, judge, gate), mcp_app(here.library, judge, gate, papers=False)
    )
    async with made.papers.running(), made.answers.running():
        yield made


class Guarded:
    """Lets callers with a key that may read or ask through to `Mounted`, in the app's state."""

    def __init__(self) -> None:
        self._calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["app"].state
        try:
            caller = await self._admitted(state.serving, HTTPConnection(scope))
        except Problem as problem:
            await problem_response(problem, scope)(scope, receive, send)
            return
        scope["state"]["caller"] = caller
        app = state.mcp.papers if caller.may(KeyScope.READ) else state.mcp.answers
        self._calls += 1
        try:
            await app(scope, receive, send)
        finally:
            self._calls -= 1

    async def _admitted(self, here: Serving, request: HTTPConnection) -> Caller:
        if self._calls >= AT_ONCE:
            raise busy(f"{AT_ONCE} calls of assistants are under way")
        if here.is_stopping:
            raise Problem("draining", "call again in a moment", {"Retry-After": "5"})
        scopes = (KeyScope.READ, KeyScope.ASK)
        return await callers.admitted(here, request, _token(request), scopes)


def _caller(request: Request | None) -> Caller:
    assert request is not None  # noqa: S101  (it came over HTTP)
    caller: Caller = request.state.caller
    return caller


def _token(request: HTTPConnection) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None

"""Which names the server answers to, and which pages' scripts may call it.

A page anywhere can have its visitors' browsers call a server on their own machine. So what a page
of another origin may do is what the configuration allows, and a name that is not the server's (one
whose owner had it point to loopback: DNS rebinding) is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem
from api.responses import problem_response

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE = frozenset({"GET", "HEAD"})
"""Without CORS headers, a page of another origin can't read what these bring."""


class Origins:
    """Refuses foreign hosts and origins; answers the browsers of those that are allowed."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str]) -> None:
        """``hosts`` empty: any name will do, as beyond loopback a key is required anyway."""
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=tuple(origins),
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("Authorization", "Last-Event-ID"),
            expose_headers=("X-Request-Id", "Location", "Retry-After"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if refused := self._refused(scope, headers):
            await problem_response(refused, scope)(scope, receive, send)
        elif headers.get("origin") in self._origins:
            await self._cors(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return Problem(
                "forbidden",
                f"this server is not called {_name(host)!r}: add the name to serve.hosts",
            )
        origin = headers.get("origin")
        if origin is None or origin in self._origins or origin in _own(host):
            return None
        if scope["method"] in SAFE:
            return None
        return Problem(
            "forbidden", f"pages of {origin} may not call this server: see serve.origins"
        )


def _own(host: str) -> tuple[str, str]:
    """The origins of the server's own pages; a proxy before it may add TLS."""
    return f"http://{host}", f"https://{host}"


def _name(host: str) -> str:
    """The host without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""

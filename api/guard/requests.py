"""Every request has an id, is counted, and leaves one line in the log."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guard.patience import Stalled
from api.metrics import REQUESTS, SECONDS

log = logging.getLogger("scholium.requests")

_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Requests:
    """The outermost layer. A proxy's ``X-Request-Id`` is taken over where it is plain."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = name
        began, status = perf_counter(), 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = name
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Stalled as error:
            log.info("let go of a client that %s", error, extra={"request_id": name})
        finally:
            _record(scope, status, perf_counter() - began, name)


def _record(scope: Scope, status: int, seconds: float, name: str) -> None:
    """Under the route's pattern: paths hold ids, which would make a metric of each."""
    path = quote(scope["path"])  # what a client sends can't forge a line
    route = getattr(scope.get("route"), "path", "") or "other"
    REQUESTS.labels(scope["method"], route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    log.info(
        "%s %s %s",
        scope["method"],
        path,
        status,
        extra={
            "request_id": name,
            "method": scope["method"],
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": scope["state"].get("key", ""),
        },
    )

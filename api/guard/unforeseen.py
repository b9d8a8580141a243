"""The last line of defence, inside the other layers so that their headers are on what it says."""

from __future__ import annotations

import logging
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guard.patience import Stalled
from api.problems import Problems
from api.responses import problem_response, request_id

log = logging.getLogger("scholium")


class Unforeseen:
    """Makes a problem of whatever no handler knew; the log has the rest."""

    def __init__(self, app: ASGIApp, problems: Problems) -> None:
        self._app = app
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Stalled:
            raise
        except Exception as error:
            if scope["type"] != "http":
                raise
            extra = {"request_id": request_id(scope)}
            log.exception("%s %s failed", scope["method"], quote(scope["path"]), extra=extra)
            if started:
                raise
            await problem_response(self._problems.of(error), scope)(scope, receive, send)

"""What is sent: JSON, problems, and events."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Scope

from api.problems import MEDIA_TYPE, Problem

EVENTS = "text/event-stream"
PING = b": nothing new\n\n"
UNBUFFERED = {"X-Accel-Buffering": "no"}
"""For proxies, which else would keep events back."""

STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"content": {EVENTS: {"schema": {"type": "string"}}}}
}
"""For the document: a call that may answer with events."""

OPENAI_PATHS = ("/v1/chat/", "/v1/models")


def request_id(scope: Scope) -> str:
    """The id that `api.guard.requests` gave the request."""
    return str(scope.get("state", {}).get("request_id", ""))


def problem_response(problem: Problem, scope: Scope) -> JSONResponse:
    """The problem, as the answer to the request of ``scope``; for clients of the OpenAI protocol
    with the member that they look for.
    """
    said: dict[str, object] = {**problem.json(request_id(scope))}
    if scope["path"].startswith(OPENAI_PATHS):
        said["error"] = {"message": problem.detail, "code": problem.code, "type": problem.code}
    return JSONResponse(said, problem.status, problem.headers, media_type=MEDIA_TYPE)

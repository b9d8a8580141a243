"""What is sent: JSON, problems, and events."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Scope

from api.problems import MEDIA_TYPE, Problem


def request_id(scope: Scope) -> str:
    """The id that `api.guard.requests` gave the request."""
    return str(scope.get("state", {}).get("request_id", ""))


def problem_response(problem: Problem, scope: Scope) -> JSONResponse:
    """The problem, as the answer to the request of ``scope``."""
    return JSONResponse(
        problem.json(request_id(scope)), problem.status, problem.headers, media_type=MEDIA_TYPE
    )

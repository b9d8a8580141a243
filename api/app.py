"""The application: its routes, inside the layers that guard them.

request ─ id, log, metrics ─ strict headers ─ hosts, origins ─ patience ─ size ─ key ─ route
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api.guard.headers import SecurityHeaders
from api.guard.origins import LOOPBACK, Origins
from api.guard.patience import Patience
from api.guard.requests import Requests
from api.guard.sizes import Sizes
from api.guard.unforeseen import Unforeseen
from api.logs import log_to_stderr
from api.mcp.mounted import Guarded, mounted_mcp
from api.openai_compat.routes import router as openai_router
from api.problems import MEDIA_TYPE, FieldJson, Problem, ProblemJson, Problems, of_status
from api.responses import problem_response
from api.routes import (
    answers,
    compare,
    evals,
    jobs,
    pages,
    papers,
    search,
    service,
    threads,
    uploads,
    web,
)
from api.serving import opened
from api.stopping import on_stop
from rag.config import Serve, Settings, load
from rag.errors import ScholiumError
from rag.home import library_path

log = logging.getLogger("scholium")

ROUTERS = (papers, pages, jobs, search, answers, compare, threads, evals, service, uploads)

CHAT_BYTES = 8 * 2**20
"""Clients of the OpenAI protocol send whole conversations, with their pictures."""

SIZES = {"/v1/papers": None, "/v1/chat/completions": CHAT_BYTES}
"""Of bodies, by path; uploads have limits of their own."""


def create_app(path: Path, settings: Settings) -> FastAPI:
    """Serves the library at ``path``."""
    path = path.resolve()
    problems = Problems(path)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(path, settings) as here, mounted_mcp(here) as mcp:
            app.state.serving, app.state.mcp = here, mcp
            with on_stop(here.drain):
                yield

    app = FastAPI(
        title="Scholium",
        version=version("scholium"),
        summary="Ask machine-learning papers, and get answers cited to section, page and words.",
        lifespan=lifespan,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"logs": False},  # they would hold what people ask
        responses={"default": _problem_schema()},
    )
    v1 = APIRouter(prefix="/v1")
    for module in ROUTERS:
        v1.include_router(module.router)
    v1.include_router(openai_router)
    app.include_router(v1)
    app.include_router(web.router)
    app.mount("/static", web.files)
    app.router.routes.append(Route("/mcp", Guarded(), include_in_schema=False))
    _explain_failures(app, problems)
    _guard(app, settings.serve, problems)
    return app


def from_environment() -> FastAPI:
    """For worker processes, which are told by the environment what to serve."""
    settings = load()
    log_to_stderr(settings.serve.log)
    return create_app(library_path(), settings)


def _guard(app: FastAPI, table: Serve, problems: Problems) -> None:
    """The layers, from the innermost."""
    app.add_middleware(Unforeseen, problems=problems)
    app.add_middleware(Sizes, limit=table.max_body_kb * 1024, others=SIZES)
    app.add_middleware(Patience, seconds=table.send_timeout_s)
    known = table.host in LOOPBACK or bool(table.hosts)
    hosts = (*LOOPBACK, *table.hosts) if known else ()
    app.add_middleware(Origins, hosts=hosts, origins=table.origins)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Requests)


def _explain_failures(app: FastAPI, problems: Problems) -> None:
    @app.exception_handler(Problem)
    async def problem(request: Request, error: Exception) -> Response:
        return problem_response(cast("Problem", error), request.scope)

    @app.exception_handler(ScholiumError)
    async def ours(request: Request, error: Exception) -> Response:
        made = problems.of(error)
        if made.status >= 500:
            log.error("%s", error, exc_info=error)
        return problem_response(made, request.scope)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: Exception) -> Response:
        errors = cast("RequestValidationError", error).errors()
        fields = [
            {"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in errors
        ]
        said = "; ".join(f"{field['field']}: {field['message']}" for field in fields)
        made = Problem("invalid", said, errors=cast("list[FieldJson]", fields))
        return problem_response(made, request.scope)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: Exception) -> Response:
        found = cast("HTTPException", error)
        made = of_status(found.status_code, str(found.detail), found.headers)
        return problem_response(made, request.scope)


def _problem_schema() -> dict[str, object]:
    return {
        "description": "What failed, and what to do about it",
        "model": ProblemJson,
        "content": {MEDIA_TYPE: {}},
    }

"""The service itself: what it is, whether it is well, what it has done."""

from __future__ import annotations

import asyncio
import time
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from typing_extensions import TypedDict

from api.guard.callers import needs
from api.guard.keys import Scope
from api.metrics import CONTENT_TYPE_LATEST, exposition
from api.serving import Serving, serving
from rag.errors import ScholiumError
from rag.store.listing import counted

router = APIRouter(tags=["service"])

PROBED_EVERY_S = 5.0

Here = Annotated[Serving, Depends(serving)]


class UploadLimitsJson(TypedDict):
    """Of one upload."""

    max_mb: int
    max_files: int
    types: list[str]


class InfoJson(TypedDict):
    """What a client needs to know first."""

    version: str
    papers: int | None
    chunks: int | None
    model: str | None
    keys_required: bool
    uploads: UploadLimitsJson


class HealthJson(TypedDict):
    """The process answers."""

    status: str


class CheckJson(TypedDict):
    """Something that has to be well."""

    name: str
    ok: bool
    detail: str


class ReadyJson(TypedDict):
    """Whether requests can be served."""

    ready: bool
    checks: list[CheckJson]


@router.get("/info")
def info(
    here: Here,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> InfoJson:
    """What this server is."""
    required = here.keys_required()
    known = not required or (given is not None and here.keys.verify(given.credentials) is not None)
    papers, chunks = counted(here.library.catalog) if known else (None, None)
    table = here.settings.serve
    return {
        "version": version("scholium"),
        "papers": papers,
        "chunks": chunks,
        "model": (here.settings.llm.of_role("answer").model or None) if known else None,
        "keys_required": required,
        "uploads": {
            "max_mb": table.max_upload_mb,
            "max_files": table.max_upload_files,
            "types": [".pdf", ".md"],
        },
    }


@router.get("/health")
async def health() -> HealthJson:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get("/ready", responses={503: {"model": ReadyJson}})
async def ready(here: Here, response: Response) -> ReadyJson:
    """Whether requests can be served: the library opens, and there is room for searches."""
    checks = [await _library(here), _jobs(here), _room(here)]
    well = all(check["ok"] for check in checks)
    response.status_code = 200 if well else 503
    return {"ready": well, "checks": checks}


@router.get("/metrics", response_class=Response, dependencies=[Depends(needs(Scope.ADMIN))])
def metrics() -> Response:
    """What was counted, for Prometheus."""
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


async def _library(here: Serving) -> CheckJson:
    return await asyncio.to_thread(_probed, here, int(time.monotonic() / PROBED_EVERY_S))


@lru_cache(maxsize=1)
def _probed(here: Serving, _when: int) -> CheckJson:
    """Anybody may ask, so the same answer serves for some seconds; no language model is asked."""
    try:
        here.library.probe()
    except ScholiumError as error:
        return {"name": "library", "ok": False, "detail": here.problems.without_path(str(error))}
    return {"name": "library", "ok": True, "detail": "searches work"}


def _jobs(here: Serving) -> CheckJson:
    alive = here.foreman.is_alive
    return {
        "name": "jobs",
        "ok": alive,
        "detail": "uploads are read" if alive else "uploads are kept, but not read: restart me",
    }


def _room(here: Serving) -> CheckJson:
    draining = here.answers.is_draining
    return {
        "name": "room",
        "ok": not draining,
        "detail": "being stopped" if draining else "takes on answers",
    }

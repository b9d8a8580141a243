"""Changes to the library: what waits, what runs, and what came of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import format_sse_event

from api.guard.callers import needs
from api.guard.keys import Scope
from api.job_shapes import JobJson, JobPageJson, event_json, job_json
from api.responses import EVENTS, PING, STREAMED, UNBUFFERED
from api.serving import Serving, serving
from ingest.jobs.values import EventKind, Job

router = APIRouter(tags=["jobs"], dependencies=[Depends(needs(Scope.WRITE))])

Here = Annotated[Serving, Depends(serving)]

PING_S = 15.0
LOOK_S = 0.2
"""Another process may carry the job out: the catalog tells of it."""


@router.get("/jobs")
def jobs(
    here: Here,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> JobPageJson:
    """The jobs, newest first."""
    found, total = here.jobs.recent(limit, offset)
    return {"items": [job_json(job, here.path) for job in found], "total": total}


@router.get("/jobs/{job_id}")
def job(job_id: str, here: Here) -> JobJson:
    """A job, finished or not."""
    return job_json(here.jobs.get(job_id), here.path)


@router.delete("/jobs/{job_id}")
def cancel(job_id: str, here: Here) -> JobJson:
    """Cancel a job: one that waits at once, a running one at its next paper."""
    return job_json(here.jobs.cancel(job_id), here.path)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={**STREAMED, 204: {"description": "All was told already"}},
)
async def events(
    job_id: str, here: Here, last_event_id: Annotated[str, Header(max_length=64)] = ""
) -> Response:
    """A job's events, from the beginning or after the one that `Last-Event-ID` names."""
    found = await asyncio.to_thread(here.jobs.get, job_id)
    after = min(_number(last_event_id), await asyncio.to_thread(here.jobs.last_event, job_id))
    if found.state.is_final and not await asyncio.to_thread(here.jobs.events, job_id, after):
        return Response(status_code=204)
    told = _told(here, found, after)
    return StreamingResponse(told, media_type=EVENTS, headers=UNBUFFERED)


async def _told(here: Serving, job: Job, after: int) -> AsyncIterator[bytes]:
    """What happens to the job, until its end; or that of the server, as the client comes again."""
    told_at = time.monotonic()
    while not here.is_stopping:
        events = await asyncio.to_thread(here.jobs.events, job.job_id, after)
        if events and events[-1].kind is EventKind.DONE:
            job = await asyncio.to_thread(here.jobs.get, job.job_id)
        for event in events:
            data = json.dumps(event_json(event, job, here.path), ensure_ascii=False)
            yield format_sse_event(event=event.kind.value, data_str=data, id=str(event.number))
            after = event.number
        if events and events[-1].kind is EventKind.DONE:
            return
        if events or time.monotonic() - told_at >= PING_S:
            told_at = time.monotonic()
            if not events:
                yield PING
        await asyncio.sleep(LOOK_S)


def _number(text: str) -> int:
    """That of a Last-Event-ID; 0, before all, where it is none of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

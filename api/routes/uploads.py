"""Papers that come and go: each change is a job."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.guard.callers import Caller, needs
from api.guard.keys import Scope
from api.job_shapes import JobJson, job_json
from api.routes.papers import known_paper
from api.serving import Serving, serving

router = APIRouter(tags=["papers"])

Here = Annotated[Serving, Depends(serving)]
Writer = Annotated[Caller, Depends(needs(Scope.WRITE))]

_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                    }
                },
            }
        }
    },
}


@router.post("/papers", status_code=202, openapi_extra={"requestBody": _BODY})
async def upload(request: Request, here: Here, caller: Writer) -> JobJson:
    """Upload PDF and Markdown files. Once this answers, they are read whatever happens."""
    return job_json(await here.uploads.take(request, caller.owner), here.path)


@router.delete("/papers/{paper_id}", status_code=202)
def remove(paper_id: str, here: Here, caller: Writer) -> JobJson:
    """Remove a paper from the library, and its file if that was uploaded."""
    known_paper(here, paper_id)
    job = here.jobs.submit_removal(caller.owner, paper_id, here.settings.serve.max_jobs)
    here.foreman.call()
    return job_json(job, here.path)

"""Searching."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.guard.callers import needs
from api.guard.keys import Scope
from api.schemas import search_json
from api.serving import Serving, serving
from api.shapes import SearchJson
from api.wire import SearchRequest

router = APIRouter(tags=["search"])


@router.post("/search", dependencies=[Depends(needs(Scope.READ))])
async def search(body: SearchRequest, here: Annotated[Serving, Depends(serving)]) -> SearchJson:
    """Find passages, with the trace of how they were found."""
    return await here.searches.run(
        lambda: search_json(here.library.search(body.query, body.filter(), body.k))
    )

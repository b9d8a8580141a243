"""Searching."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.guard.callers import Caller, needs, within_budget
from api.guard.keys import Scope
from api.routes.papers import check_papers
from api.schemas import search_json
from api.serving import Serving, serving
from api.shapes import SearchJson
from api.wire import SearchRequest

router = APIRouter(tags=["search"])


@router.post("/search")
async def search(
    body: SearchRequest,
    here: Annotated[Serving, Depends(serving)],
    caller: Annotated[Caller, Depends(needs(Scope.READ))],
) -> SearchJson:
    """Find passages, with the trace of how they were found."""
    return await here.searches.run(lambda: _found(body, here, caller))


def _found(body: SearchRequest, here: Serving, caller: Caller) -> SearchJson:
    """Where a language model rewrites what is searched for, that counts for the key's budget."""
    check_papers(here, body.papers)
    if here.settings.llm.answers_queries:
        within_budget(caller, here)
    found = here.library.search(body.query, body.filter(), body.k)
    here.keys.charge(caller.owner, found.trace.usage)
    return search_json(found)

"""What several papers say on one question."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.comparison import ComparisonJson, comparison_json
from api.guard.callers import Caller, needs, within_budget
from api.guard.keys import Scope
from api.routes.papers import check_papers
from api.serving import Serving, serving
from api.wire import CompareRequest
from rag.build_active import comparer
from rag.comparing import compare as compared

router = APIRouter(tags=["ask"])


@router.post("/compare")
async def compare(
    body: CompareRequest,
    here: Annotated[Serving, Depends(serving)],
    caller: Annotated[Caller, Depends(needs(Scope.ASK))],
) -> ComparisonJson:
    """Ask each paper by itself, and find the claims that conflict: both sides are cited."""
    return await here.comparisons.run(lambda: _found(body, here, caller))


def _found(body: CompareRequest, here: Serving, caller: Caller) -> ComparisonJson:
    check_papers(here, body.papers)
    within_budget(caller, here)
    judge = comparer(here.settings)
    found = compared(here.library, judge, body.question, body.filter(), body.most)
    here.keys.charge(caller.owner, found.usage)
    return comparison_json(found)

"""Pages of papers as images, with what is cited marked."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from api.guard.callers import needs
from api.guard.keys import Scope
from api.problems import Problem
from api.routes.papers import file_of, known_paper
from api.serving import Serving, serving

router = APIRouter(tags=["papers"])

Here = Annotated[Serving, Depends(serving)]
Box = Annotated[str, Query(max_length=100)]

KEPT = "private, max-age=3600"
"""A page looks the same for as long as its paper stays; a browser may show it again."""


@router.get(
    "/papers/{paper_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
    dependencies=[Depends(needs(Scope.READ, Scope.ASK))],
)
async def image(
    paper_id: str,
    page: Annotated[int, Path(ge=1, le=100_000)],
    here: Here,
    scale: Annotated[float, Query(ge=1, le=3, description="Pixels a point.")] = 2.0,
    highlight: Annotated[
        list[Box], Query(max_length=200, description="`x0,y0,x1,y1` in points, several times.")
    ] = [],  # noqa: B006  (a default of FastAPI's, which copies it)
) -> Response:
    """A page as a PNG image, with boxes marked."""
    boxes = [_box(text) for text in highlight]
    path = file_of(here, await asyncio.to_thread(known_paper, here, paper_id))
    drawn = await here.drawings.run(lambda: here.pages.render(path, page, scale, boxes))
    return Response(drawn, media_type="image/png", headers={"Cache-Control": KEPT})


def _box(text: str) -> tuple[float, float, float, float]:
    """Raises Problem."""
    try:
        x0, y0, x1, y1 = map(float, text.split(","))
    except ValueError as error:
        raise Problem(
            "bad-request", f"highlight={text!r} is no box: write x0,y0,x1,y1 in points"
        ) from error
    return x0, y0, x1, y1

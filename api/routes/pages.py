"""Pages of papers, and parts of them, as images, with what is cited marked."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from api.guard.callers import needs
from api.guard.keys import Scope
from api.problems import Problem
from api.routes.papers import file_of, known_paper
from api.serving import Serving, serving
from rag.types import Box as PageBox
from rag.types import Paper

router = APIRouter(tags=["papers"])

Here = Annotated[Serving, Depends(serving)]
Box = Annotated[str, Query(max_length=100)]

MARGIN = 4.0
"""Points around an element."""

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Origin, Authorization"}
"""A browser asks again, as a paper may be replaced, and is told that what it has is still so."""


@router.get(
    "/papers/{paper_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "As it was"}},
    dependencies=[Depends(needs(Scope.READ, Scope.ASK))],
)
async def image(
    paper_id: str,
    page: Annotated[int, Path(ge=1, le=100_000)],
    here: Here,
    request: Request,
    scale: Annotated[float, Query(ge=1, le=3, description="Pixels a point.")] = 2.0,
    highlight: Annotated[
        list[Box], Query(max_length=200, description="`x0,y0,x1,y1` in points, several times.")
    ] = [],  # noqa: B006  (a default of FastAPI's, which copies it)
) -> Response:
    """A page as a PNG image, with boxes marked."""
    boxes = [_box(text) for text in highlight]

    def drawn() -> bytes:
        path = file_of(here, known_paper(here, paper_id))
        return here.pages.render(path, page, scale, boxes)

    return _sent(request, await here.drawings.run(drawn))


@router.get(
    "/papers/{paper_id}/elements/{element}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "As it was"}},
    dependencies=[Depends(needs(Scope.READ, Scope.ASK))],
)
async def element_image(
    paper_id: str,
    element: Annotated[int, Path(ge=0, le=1_000_000)],
    here: Here,
    request: Request,
    scale: Annotated[float, Query(ge=1, le=3, description="Pixels a point.")] = 2.0,
) -> Response:
    """A block of a paper (counted from 0) as it is printed: a table, a figure with its drawing, a
    formula. Of one that goes on over pages, the part on the first.
    """

    def drawn() -> bytes:
        row = known_paper(here, paper_id)
        area = _area(here.library.catalog.paper(paper_id), element)
        clip = (area.x0 - MARGIN, area.y0 - MARGIN, area.x1 + MARGIN, area.y1 + MARGIN)
        return here.pages.render(file_of(here, row), area.page, scale, clip=clip)

    return _sent(request, await here.drawings.run(drawn))


def _area(paper: Paper, position: int) -> PageBox:
    """Where an element is printed. Raises Problem."""
    if position >= len(paper.elements):
        held = f"{paper.paper_id} has {len(paper.elements)} elements, counted from 0"
        raise Problem("not-found", f"no element {position}: {held}")
    element = paper.elements[position]
    if element.area is not None:
        return element.area
    boxes = [line.box for line in element.lines if line.box.page == element.pages[0]]
    if not boxes:
        raise Problem("not-found", f"element {position} of {paper.paper_id} is on no page")
    return PageBox(
        boxes[0].page,
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _sent(request: Request, image: bytes) -> Response:
    tag = f'"{hashlib.sha256(image).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={**HEADERS, "ETag": tag})
    return Response(image, media_type="image/png", headers={**HEADERS, "ETag": tag})


def _box(text: str) -> tuple[float, float, float, float]:
    """Raises Problem."""
    try:
        x0, y0, x1, y1 = map(float, text.split(","))
    except ValueError as error:
        raise Problem(
            "bad-request", f"highlight={text!r} is no box: write x0,y0,x1,y1 in points"
        ) from error
    return x0, y0, x1, y1

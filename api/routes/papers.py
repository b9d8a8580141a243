"""The papers of the library, and what stands in them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, PlainTextResponse, Response
from typing_extensions import TypedDict

from api.bibtex import bibtex
from api.guard.callers import needs
from api.guard.keys import Scope
from api.paper_shapes import ElementJson, FactsJson, PaperRowJson, ReferenceJson, SectionJson
from api.problems import Problem
from api.schemas import (
    element_json,
    facts_json,
    public_row_json,
    reference_json,
    section_json,
)
from api.serving import Serving, serving
from ingest.uploads.finding import found
from rag.store.listing import Listing, listed, named
from rag.types import Kind, PaperRow

router = APIRouter(tags=["papers"])

Here = Annotated[Serving, Depends(serving)]
READERS = [Depends(needs(Scope.READ))]
ANY_READER = [Depends(needs(Scope.READ, Scope.ASK))]


class PaperPageJson(TypedDict):
    """A page of papers."""

    items: list[PaperRowJson]
    total: int


class PaperOutlineJson(PaperRowJson, FactsJson):
    """A paper with its sections and its bibliography."""

    sections: list[SectionJson]
    references: list[ReferenceJson]


@router.get("/papers", dependencies=READERS)
def papers(
    here: Here,
    q: Annotated[str, Query(max_length=200, description="In title, authors or id.")] = "",
    year_from: Annotated[int | None, Query(ge=0, le=9999)] = None,
    year_to: Annotated[int | None, Query(ge=0, le=9999)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> PaperPageJson:
    """The papers, by title."""
    wanted = Listing(q, year_from, year_to, limit, offset)
    some, total = listed(here.library.catalog, wanted)
    return {"items": [public_row_json(row) for row in some], "total": total}


@router.get("/papers/{paper_id}", dependencies=ANY_READER)
def paper(paper_id: str, here: Here) -> PaperOutlineJson:
    """A paper with its abstract, its section tree and its bibliography."""
    row = known_paper(here, paper_id)
    whole = here.library.catalog.paper(paper_id)
    return {
        **public_row_json(row),
        **facts_json(row.metadata),
        "sections": [section_json(section) for section in whole.sections],
        "references": [reference_json(reference) for reference in whole.references],
    }


@router.get("/papers/{paper_id}/elements", dependencies=READERS)
def elements(
    paper_id: str,
    here: Here,
    section: Annotated[int | None, Query(ge=0, le=2**31)] = None,
    kind: Kind | None = None,
) -> list[ElementJson]:
    """The paper's blocks in reading order: of one section (counted from 0), of one kind, or all."""
    known_paper(here, paper_id)
    whole = here.library.catalog.paper(paper_id)
    return [
        element_json(whole, position)
        for position, element in enumerate(whole.elements)
        if section in (None, element.section) and kind in (None, element.kind)
    ]


@router.get("/papers/{paper_id}/pdf", response_class=FileResponse, dependencies=READERS)
def pdf(paper_id: str, here: Here) -> Response:
    """The paper's file, as it was when it was read."""
    row = known_paper(here, paper_id)
    path = file_of(here, row)
    if path.suffix.lower() != ".pdf":
        raise Problem("not-found", f"{paper_id} was not read from a PDF but from {path.name}")
    # Browsers show no PDF in a sandbox; its type is fixed, and nothing of it is a page.
    policy = {"Content-Security-Policy": "frame-ancestors 'none'"}
    return FileResponse(
        path,
        media_type="application/pdf",
        filename=f"{paper_id}.pdf",
        content_disposition_type="inline",
        headers=policy,
    )


@router.get("/bibtex", response_class=PlainTextResponse, dependencies=ANY_READER)
def references(
    here: Here, paper: Annotated[list[str], Query(min_length=1, max_length=500)]
) -> Response:
    """BibTeX entries of papers."""
    rows = [known_paper(here, paper_id) for paper_id in dict.fromkeys(paper)]
    return PlainTextResponse(bibtex(rows), media_type="application/x-bibtex; charset=utf-8")


def known_paper(here: Serving, paper_id: str) -> PaperRow:
    """The paper of that id. Raises Problem.

    Not looked for on the connection of searches: amid one of these it shows what was there when
    that began, and a paper that a client was just told of would be unknown.
    """
    if row := named(here.catalog, paper_id):
        return row
    raise Problem("unknown-paper", f"no paper {paper_id!r} in the library: /v1/papers lists them")


def check_papers(here: Serving, paper_ids: Collection[str]) -> None:
    """Raises Problem for an id that is none."""
    for paper_id in paper_ids:
        known_paper(here, paper_id)


def file_of(here: Serving, row: PaperRow) -> Path:
    """The paper's file. Raises Problem if it is not what was read."""
    if path := found(here.path, row.source, row.content_hash):
        return path
    raise Problem(
        "file-gone",
        f"the file of {row.paper_id}, {Path(row.source).name}, was moved or changed since it was "
        "read: ingest it again from where it is now",
    )

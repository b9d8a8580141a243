"""Reports that `scholium eval ... --out` left in the folder ``serve.reports``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response
from typing_extensions import TypedDict

from api.guard.callers import needs
from api.guard.keys import Scope
from api.problems import Problem
from api.serving import Serving, serving

router = APIRouter(prefix="/evals", tags=["evals"], dependencies=[Depends(needs(Scope.READ))])

Here = Annotated[Serving, Depends(serving)]

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A report's page has its style inside, and no script."""


class ReportJson(TypedDict):
    """A report. ``configurations`` has what each measured."""

    name: str
    dataset: str
    headline: str
    created: float
    configurations: list[dict[str, Any]]


class ReportsJson(TypedDict):
    """All reports, the latest first."""

    items: list[ReportJson]


@router.get("")
def reports(here: Here) -> ReportsJson:
    """The reports, the latest first."""
    found = [report for item in _reports(here).items() for report in _summaries(*item)]
    return {"items": sorted(found, key=lambda report: -report["created"])}


@router.get("/{name}")
def report(name: str, here: Here) -> dict[str, Any]:
    """A report in full."""
    return _read(_known(here, name))


@router.get("/{name}/page", response_class=FileResponse)
def page(name: str, here: Here) -> Response:
    """A report's page."""
    path = _known(here, name).with_name("report.html")
    if not path.is_file():
        raise Problem("unknown-eval", f"the report {name!r} has no page")
    return FileResponse(
        path, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY}
    )


def _reports(here: Serving) -> dict[str, Path]:
    """By name. A client's name is looked up here, and never becomes a path."""
    folder = here.settings.serve.reports
    return {p.parent.name: p for p in Path(folder).glob("*/report.json")} if folder else {}


def _known(here: Serving, name: str) -> Path:
    if path := _reports(here).get(name):
        return path
    raise Problem("unknown-eval", f"no report {name!r}: /v1/evals lists them")


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise Problem("unknown-eval", f"the report {path.parent.name!r} can't be read") from error


def _summaries(name: str, path: Path) -> Iterator[ReportJson]:
    """The report in short; nothing where the file is none of ours."""
    with suppress(Problem, OSError, AttributeError, TypeError):
        yield _summary(name, path)


def _summary(name: str, path: Path) -> ReportJson:
    found = _read(path)
    return {
        "name": name,
        "dataset": str(found.get("dataset", "")),
        "headline": str(found.get("headline", "")),
        "created": path.stat().st_mtime,
        "configurations": [
            {"name": c.get("name"), "measures": c.get("measures")}
            for c in found.get("configurations", [])
        ],
    }

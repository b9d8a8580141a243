"""The chat page, the widget, and their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from api.guard.headers import PAGE_POLICY

STATIC = Path(__file__).parents[1] / "web" / "static"

router = APIRouter(include_in_schema=False)


class Files(StaticFiles):
    """The page's files: a browser keeps them, and asks whether they are still so."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


files = Files(directory=STATIC, check_dir=False)
"""Mounted under /static; a path that leads out of the folder is no file of it."""


@router.api_route("/", methods=["GET", "HEAD"])
def page() -> Response:
    """The chat page."""
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "index.html", media_type="text/html", headers=headers)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget() -> Response:
    """The widget, which pages of other origins load."""
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "max-age=300"}
    return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=headers)

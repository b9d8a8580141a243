"""``scholium serve``: the HTTP API, the chat page and the widget."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.command import Command
from api.cli.options import Common, common
from api.cli.patience import announce_conversion

if TYPE_CHECKING:
    from rag.config import Serve, Settings

MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


@click.command(
    cls=Command,
    examples=[
        "scholium serve",
        "scholium serve --port 9000 --workers 2",
        "scholium serve --host 0.0.0.0",
    ],
)
@click.option("--host", metavar="NAME", help="Where to listen. [default: serve.host, 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="[default: 8000]")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes. [default: 1]")
@common
@click.pass_obj
def serve(given: Common, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the library: a chat page, an HTTP API, a widget for other pages.

    On this machine alone no key is needed. Listening elsewhere takes one, which `scholium keys
    create` makes. Stop it with Ctrl-C: answers that are being written are finished first.
    """
    chosen = {"host": host, "port": port, "workers": workers}
    settings = _with(given.settings(), {k: v for k, v in chosen.items() if v is not None})
    check_keys(given.path, settings.serve)
    announce_conversion(settings, answers=True)
    _run(given, settings)


def check_keys(library: Path, table: Serve) -> None:
    """Raises ConfigError where anybody could reach the server and nobody has a key."""
    from api.guard.keys import Keys
    from api.serving import wants_keys
    from rag.errors import ConfigError
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(library) as catalog:
        if wants_keys(table) and not Keys(catalog).any_holds():
            raise ConfigError(
                f"a server at {table.host} with these settings lets nobody in without a key, and "
                f"there is none: make one with `scholium keys create NAME --library {library}`, "
                "or listen on 127.0.0.1 alone"
            )


def _with(settings: Settings, chosen: dict[str, Any]) -> Settings:
    return settings.model_copy(update={"serve": settings.serve.model_copy(update=chosen)})


def _run(given: Common, settings: Settings) -> None:
    import uvicorn

    from api.logs import log_to_stderr
    from api.running import uvicorn_options

    table = settings.serve
    log_to_stderr(table.log)
    if table.workers == 1:
        from api.app import create_app

        uvicorn.run(create_app(given.path, settings), **uvicorn_options(table))
        return
    # Worker processes are told by the environment: the file's settings with ours above them.
    os.environ["SCHOLIUM_LIBRARY"] = str(given.path)
    if given.config:
        os.environ["SCHOLIUM_CONFIG"] = str(given.config)
    os.environ["SCHOLIUM_SERVE__HOST"] = table.host
    with tempfile.TemporaryDirectory(prefix="scholium-metrics-") as folder:
        os.environ[MULTIPROC] = folder
        uvicorn.run(
            "api.app:from_environment",
            factory=True,
            workers=table.workers,
            **uvicorn_options(table),
        )

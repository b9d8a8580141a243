"""``scholium mcp``: the library for an assistant that starts this command."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import NoReturn

import click

from api.cli.command import Command
from api.cli.errors import STOPPED
from api.cli.options import Common, common, llm_switch, without_model
from api.cli.patience import announce_conversion


@click.command(
    cls=Command,
    examples=[
        "scholium mcp",
        "scholium mcp --library ~/papers --no-llm",
    ],
)
@llm_switch("Answer in the papers' own words")
@common
@click.pass_obj
def mcp(given: Common, no_llm: bool) -> None:
    """Serve the library to an assistant, by the Model Context Protocol over stdio.

    Not to be called by hand: name it in your assistant's configuration, as docs/mcp.md shows. What
    goes wrong is said on standard error.
    """
    from api.logs import log_to_stderr
    from api.mcp.server import run_stdio
    from rag.build import open_library
    from rag.build_active import comparer

    log_to_stderr("text")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    settings = without_model(given.settings()) if no_llm else given.settings()
    announce_conversion(settings, answers=True)
    with open_library(given.path, settings) as library:
        run_stdio(library, comparer(settings))


def _end(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """At once: the thread that reads standard input can't be interrupted, and nothing is written
    that could be left half-done.
    """
    os._exit(STOPPED)

"""``scholium doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit
from api.cli.errors import FAILED
from api.cli.options import Common, common
from api.cli.text import WIDTH, clean

if TYPE_CHECKING:
    from api.checks import Check
    from rag.config import Settings

INDENT = " " * 22
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(
    cls=Command,
    examples=[
        "scholium doctor",
        "scholium doctor --library ~/papers --json",
    ],
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check Python, packages, configuration, models and the library.

    Says what to do about what it finds. A configured language model is asked for one token.
    """
    given = ctx.ensure_object(Common)
    checks = []
    for check in examine(given):
        checks.append(check)
        if not as_json:
            click.echo(paragraph(check, min(get_terminal_size().columns, WIDTH)))
    well = all(check.level != "fail" for check in checks)
    if as_json:
        emit({"ok": well, "checks": [asdict(check) for check in checks]})
    ctx.exit(0 if well else FAILED)


def examine(given: Common) -> Iterator[Check]:
    """Every check that applies, as it is done."""
    from api.checks import Check, Level, attempt, disk, environment, passed
    from rag.errors import ConfigError

    yield environment.python()
    yield environment.packages()
    yield attempt("disk", partial(disk.disk, given.path))
    try:
        settings = given.settings()
    except ConfigError as error:
        yield Check("configuration", Level.FAIL, str(error))
        return
    source = given.config or os.environ.get("SCHOLIUM_CONFIG") or "the defaults"
    yield passed("configuration", f"{source}: valid")
    yield from _services(settings)
    yield from _library(given.path, settings)


def _services(settings: Settings) -> Iterator[Check]:
    from api.checks import attempt, services

    for name, check in services.configured(settings):
        yield attempt(name, partial(check, settings))


def _library(path: Path, settings: Settings) -> Iterator[Check]:
    from api.checks import attempt, library

    there = attempt("library", partial(library.present, path))
    yield there
    if there.level != "ok":
        return
    yield attempt("writing", partial(library.writer, path))
    match = attempt("settings", partial(library.settings_match, path, settings))
    yield match
    if match.level == "ok":
        yield attempt("consistency", partial(library.consistent, path, settings))


def paragraph(check: Check, width: int) -> str:
    """The check in lines of at most ``width`` characters, with what to do after an arrow."""
    level = click.style(f"{check.level:4}", fg=COLOURS[check.level], bold=True)
    fit = partial(fill, width=width, subsequent_indent=INDENT, break_on_hyphens=False)
    found = fit(clean(check.found), initial_indent=INDENT).strip()
    mend = fit(f"→ {clean(check.mend)}", initial_indent=INDENT)
    return f"{level}  {check.name:14}  {found}" + (f"\n{mend}" if check.mend else "")

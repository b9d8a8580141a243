"""Standard output: for people through rich, for scripts as lines of JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from api.cli.text import WIDTH

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def stdout() -> Console:
    """Standard output. Text is printed as it is: never read as markup, never highlighted."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def say(*shown: RenderableType, wide: bool = False, err: bool = False) -> None:
    """Prints for people: as wide as is good to read, or (``wide``) as the terminal is. With ``err``
    it goes to standard error.
    """
    console = stdout()
    width = console.width if wide else min(console.width, WIDTH)
    with console.capture() as captured:
        console.print(*shown, sep="\n", width=width)
    # rich fills its lines with blanks, which serve nobody who redirects or copies them.
    click.echo(re.sub(r" +((?:\x1b\[0m)*)$", r"\1", captured.get(), flags=re.M), nl=False, err=err)


def stderr() -> Console:
    """Standard error, for progress that must not mix with results."""
    from rich.console import Console

    return Console(stderr=True)


def is_terminal() -> bool:
    """Whether somebody is watching standard output."""
    return sys.stdout.isatty()


def emit(value: Mapping[str, Any]) -> None:
    """Prints ``value`` as one line of JSON, in ASCII so that no locale can spoil it."""
    click.echo(json.dumps(value, allow_nan=False))

"""Standard output: for people through rich, for scripts as lines of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console


def stdout() -> Console:
    """Standard output. Text is printed as it is: never read as markup, never highlighted."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def stderr() -> Console:
    """Standard error, for progress that must not mix with results."""
    from rich.console import Console

    return Console(stderr=True)


def is_terminal() -> bool:
    """Whether somebody is watching standard output."""
    return sys.stdout.isatty()


def emit(value: Mapping[str, Any]) -> None:
    """Prints ``value`` as one line of JSON, in ASCII so that no locale can spoil it."""
    click.echo(json.dumps(value))

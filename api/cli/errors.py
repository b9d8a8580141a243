"""What the user is told when a command can't go on, and the exit status.

0: done. 1: some items failed, each named. 2: the command could not do its work.
130: stopped from the keyboard.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from api.checks.disk import free_space
from api.cli.text import printable
from api.system_errors import FORBIDDEN, FULL, advice
from rag.errors import ScholiumError, SourceError

FAILED = 1
UNUSABLE = 2
STOPPED = 130

CROWDED = 8 * 2**20
"""Bytes. With less room than this, a search engine can't be expected to write."""


def explain(error: Exception, library: Path) -> tuple[str, int]:
    """What to print (without a traceback) for ``error``, and the exit status.

    ``library`` is named where the system does not say which file it could not write.
    """
    match error:
        case SourceError():
            return str(error), FAILED
        case ScholiumError():
            return _advised(error), UNUSABLE
        case click.UsageError():
            return _usage(error), UNUSABLE
        case click.ClickException():
            return error.format_message(), UNUSABLE
        case OSError():
            return _system(error, library), UNUSABLE
        case MemoryError():
            return "out of memory: close other programs, or use fewer --jobs", UNUSABLE
        case _:
            what = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(": ")
            return f"unexpected {what}\nrun with --debug to see the traceback", UNUSABLE


def report(error: Exception, library: Path, debug: bool) -> int:
    """Prints what went wrong on stderr; returns the exit status."""
    if debug:
        click.echo(printable("".join(traceback.format_exception(error))), err=True, nl=False)
    message, status = explain(error, library)
    if isinstance(error, ScholiumError):
        message += crowded(library)
    click.echo(f"{click.style('error:', fg='red')} {printable(message)}", err=True)
    return status


def crowded(library: Path) -> str:
    """What to add to a message when the disk is full: engines seldom say so."""
    try:
        free = free_space(library)
    except OSError:
        return ""  # the message has to do without
    if free is None or free >= CROWDED:
        return ""
    return f"\nthe disk that holds {library} is full: free some space and run the command again"


def _advised(error: ScholiumError) -> str:
    """The message, with advice where it ends in the system's words alone."""
    message, cause = str(error), error.__cause__
    if isinstance(cause, OSError) and message.endswith(cause.strerror or "\0"):
        return f"{message}: {advice(cause)}"
    return message


def _usage(error: click.UsageError) -> str:
    hint = f"\nsee {error.ctx.command_path} --help" if error.ctx else ""
    return error.format_message() + hint


def _system(error: OSError, library: Path) -> str:
    where = error.filename or library
    if error.errno in FULL:
        named = f"{where}" if error.filename else f"{library}, or the output,"
        return f"the disk that holds {named} is full: free some space and run the command again"
    if error.errno in FORBIDDEN:
        return f"no permission for {where}: change its permissions, or choose another --library"
    return f"{where}: {error.strerror or error}: {advice(error)}"

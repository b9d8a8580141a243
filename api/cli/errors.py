"""What the user is told when a command can't go on, and the exit status.

0: done. 1: some items failed, each named. 2: the command could not do its work.
130: stopped from the keyboard.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

import click

from rag.errors import ScholiumError, SourceError

FAILED = 1
UNUSABLE = 2
STOPPED = 130

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: Exception, library: Path) -> tuple[str, int]:
    """What to print (without a traceback) for ``error``, and the exit status.

    ``library`` is named where the system does not say which file it could not write.
    """
    match error:
        case SourceError():
            return str(error), FAILED
        case ScholiumError():
            return str(error), UNUSABLE
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
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    message, status = explain(error, library)
    click.echo(f"{click.style('error:', fg='red')} {message}", err=True)
    return status


def _usage(error: click.UsageError) -> str:
    hint = f"\nsee {error.ctx.command_path} --help" if error.ctx else ""
    return error.format_message() + hint


def _system(error: OSError, library: Path) -> str:
    where = error.filename or library
    if error.errno in _FULL:
        return f"the disk that holds {where} is full: free some space and run the command again"
    if error.errno in _FORBIDDEN:
        return f"no permission for {where}: change its permissions, or choose another --library"
    return f"{where}: {error.strerror or error}"

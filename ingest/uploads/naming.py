"""What a client's file is called on our disk."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

FOLDER = "uploads"
"""Where in the library uploaded files are."""

_LONGEST = 80
_OTHERS = re.compile(r"[^A-Za-z0-9._-]+")
_FEWER_DIGITS = 16
"""Of its hash, in libraries of the first version."""


def safe_name(name: str, ending: str) -> str:
    """A plain file name that is much like ``name`` and ends in ``ending`` (".pdf").

    ASCII letters, digits, ".", "_" and "-", at most 80 characters; neither empty nor hidden. What
    stands before a slash or backslash is left out. A name that is an arXiv id stays one.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    last = re.split(r"[/\\]", plain)[-1].strip()
    stem = last[: -len(ending)] if last.lower().endswith(ending) else last
    kept = _OTHERS.sub("-", stem)[: _LONGEST - len(ending)].strip(".-_")
    return f"{kept or 'paper'}{ending}"


def path_of(digest: str, name: str) -> str:
    """Where a file of that content and (safe) name is kept, relative to the library."""
    return str(PurePosixPath(FOLDER, digest, name))


def folders_of(digest: str) -> tuple[str, str]:
    """The folders, among the uploads, in which files of that content may be."""
    return digest, digest[:_FEWER_DIGITS]


def shown_name(name: str) -> str:
    """The client's name for a file, fit to be shown: one line, no folders, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in last if c.isprintable() and not "\ud800" <= c <= "\udfff")
    return printable.strip()[:200] or "unnamed"

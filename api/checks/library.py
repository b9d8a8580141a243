"""The library: there, writable, made with today's settings, and consistent."""

from __future__ import annotations

import os
from pathlib import Path

from api.checks import Check, Level, passed
from ingest.lock import held_by, writing
from rag.build import check_settings, open_library
from rag.config import Settings
from rag.errors import LibraryLocked
from rag.store.catalog import Catalog


def present(path: Path) -> Check:
    """Whether there is a library, and how much is in it."""
    if not (path / "catalog.sqlite").exists():
        mend = f"scholium ingest FOLDER --library {path}"
        return Check("library", Level.WARN, f"there is none at {path} yet", mend)
    with Catalog(path) as catalog:
        rows = catalog.papers()
    chunks = sum(row.chunks for row in rows)
    return passed("library", f"{path}: {len(rows):,} papers, {chunks:,} chunks")


def writer(path: Path) -> Check:
    """Whether the library can be written, and who writes to it now."""
    if not os.access(path, os.W_OK):
        mend = f"give yourself write permission on {path}, or only read from it"
        return Check("writing", Level.WARN, f"no permission to write to {path}", mend)
    killed = held_by(path)
    try:
        with writing(path):
            pass
    except LibraryLocked as error:
        return Check("writing", Level.WARN, str(error))
    if killed:
        mend = "nothing: the next ingest puts right what it left"
        return Check("writing", Level.WARN, f"{killed} was killed while writing", mend)
    return passed("writing", "allowed, and nobody is writing")


def settings_match(path: Path, settings: Settings) -> Check:
    """Whether the indexes were made with the configured settings."""
    with Catalog(path) as catalog:
        check_settings(catalog, settings)
    return passed("settings", "the indexes were made with the configured ones")


def consistent(path: Path, settings: Settings) -> Check:
    """Whether the catalog is whole and both indexes hold just its chunks."""
    with open_library(path, settings) as library:
        problems = library.check()
    if problems:
        mend = f"scholium reindex --library {path}"
        return Check("consistency", Level.FAIL, "; ".join(problems), mend)
    return passed("consistency", "catalog and indexes agree")

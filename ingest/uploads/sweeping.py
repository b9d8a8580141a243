"""Deletes uploaded files that nobody needs any more."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.uploads.naming import FOLDER, path_of
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog


def sweep(library: Path, catalog: WritableCatalog) -> None:
    """Deletes the files of papers that are gone, of uploads that failed, and needless copies.

    Kept is what an unfinished job is to read, and the file of a paper: by content, not by the
    recorded place, so that a library that was moved keeps its files. A file is put in place in
    the transaction that makes it a job's, and is looked at in one here: none is lost in between.
    """
    suspects = _needless(_kept_files(library / FOLDER), library, catalog)
    if not suspects:
        return
    with catalog.transaction():
        for file in _needless(suspects, library, catalog):
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                logging.getLogger(__name__).warning("can't delete %s: %s", file, error.strerror)
                continue
            _remove_if_empty(file.parent)


def _kept_files(uploads: Path) -> Iterator[Path]:
    """Those that were put in place. Others may be sweeping at the same time."""
    for folder, folders, names in os.walk(uploads):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names)


def _needless(files: Iterable[Path], library: Path, catalog: Catalog) -> list[Path]:
    wanted = {
        row["path"]
        for row in catalog.select(
            "SELECT path FROM job_files JOIN jobs USING (job_id) WHERE finished IS NULL"
        )
    }
    sources = {
        path_of(row["content_hash"], ""): row["source"]
        for row in catalog.select("SELECT content_hash, source FROM papers")
    }
    return [
        file
        for file in files
        if _relative(file, library) not in wanted
        and not _is_kept(file, sources.get(_relative(file.parent, library)))
    ]


def _is_kept(file: Path, source: str | None) -> bool:
    """Whether it is the file of the paper that has its content, or could stand in for it."""
    if source is None:
        return False
    return source == str(file.resolve()) or not Path(source).is_file()


def _relative(path: Path, library: Path) -> str:
    return path.relative_to(library).as_posix()


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        pass  # another file of the same content is in it

"""Lays aside uploaded files that nobody needs any more, and deletes them some days later."""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.uploads.naming import FOLDER, folders_of
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog

TRASH = ".trash"
"""Where, among the uploads, files wait to be deleted."""

KEPT_DAYS = 7
"""So long a mistake can be undone: a catalog that was lost, or an old one that was put back."""


@dataclass(frozen=True, slots=True)
class _Findings:
    """Which files can go, and where the papers' files are that are not where they were."""

    needless: list[Path]
    moved: dict[str, str]


def sweep(library: Path, catalog: WritableCatalog) -> None:
    """Lays aside the files of papers that are gone, of uploads that failed, and needless copies.

    Kept is what an unfinished job is to read, and one file of each paper's content: in this
    library, as one elsewhere may belong to a library that this one was copied from. A file is put
    in place in the transaction that makes it a job's, and is looked at in one here: none is lost
    in between.
    """
    uploads = library / FOLDER
    _purge(uploads / TRASH)
    if not uploads.is_dir() or _knows_nothing(catalog):
        return
    seen = _look(_kept_files(uploads), library, catalog)
    if not (seen.needless or seen.moved or any(map(_is_empty, _folders(uploads)))):
        return
    with catalog.transaction():
        now = _look(_kept_files(uploads), library, catalog)
        places = [(place, paper_id) for paper_id, place in now.moved.items()]
        catalog.execute_many("UPDATE papers SET source = ? WHERE paper_id = ?", places)
        for file in now.needless:
            _lay_aside(file, uploads / TRASH)
        for folder in _folders(uploads):
            with suppress(OSError):
                folder.rmdir()  # which one with files in it is not


def _knows_nothing(catalog: Catalog) -> bool:
    """Whether the catalog is new, or a new one in the place of one that was lost."""
    return catalog.is_empty() and not catalog.select("SELECT 1 FROM jobs LIMIT 1")


def _folders(uploads: Path) -> list[Path]:
    return [p for p in uploads.iterdir() if p.is_dir() and not p.name.startswith(".")]


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None


def _kept_files(uploads: Path) -> Iterator[Path]:
    """Those that were put in place. Others may be sweeping at the same time."""
    for folder, folders, names in os.walk(uploads):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names)


def _look(files: Iterable[Path], library: Path, catalog: Catalog) -> _Findings:
    sql = "SELECT path FROM job_files JOIN jobs USING (job_id) WHERE finished IS NULL"
    unread = {library / row["path"] for row in catalog.select(sql)}
    papers = catalog.select("SELECT paper_id, content_hash, source FROM papers")
    owners = {name: paper["paper_id"] for paper in papers for name in folders_of(paper[1])}
    held: defaultdict[str, list[Path]] = defaultdict(list)
    findings = _Findings([], {})
    for file in sorted(files):
        if owner := owners.get(file.parent.name):
            held[owner].append(file)
        elif file not in unread:
            findings.needless.append(file)
    for paper_id, digest, source in papers:
        copies = held[paper_id]
        kept = next((file for file in copies if str(file.resolve()) == source), None)
        if copies and kept is None:
            kept = copies[0]
            if _is_lost(Path(source), digest):
                findings.moved[paper_id] = str(kept.resolve())
        findings.needless.extend(c for c in copies if c != kept and c not in unread)
    return findings


def _is_lost(source: Path, digest: str) -> bool:
    """Whether the file is gone, or is an upload of a library that this one was copied from."""
    return source.parent.name in folders_of(digest) or not source.is_file()


def _lay_aside(file: Path, trash: Path) -> None:
    try:
        trash.mkdir(exist_ok=True)
        os.utime(file)
        file.replace(trash / f"{file.parent.name}-{file.name}")
    except FileNotFoundError:
        pass
    except OSError as error:
        logging.getLogger(__name__).warning("can't delete %s: %s", file, error.strerror)


def _purge(trash: Path) -> None:
    """Deletes what was laid aside long ago."""
    for file in trash.glob("*"):
        with suppress(OSError):
            if file.stat().st_mtime < time.time() - KEPT_DAYS * 24 * 3600:
                file.unlink()

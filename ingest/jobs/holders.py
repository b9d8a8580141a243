"""Which files of a job have content that the library holds: what it holds after a job began, and
did not before, the job has stored. All belongs inside a transaction.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from ingest.jobs.values import Fate, FileStatus, Job, JobFile
from rag.store.catalog_writer import WritableCatalog

_NOTE = """
UPDATE job_files SET paper_id = (
    SELECT paper_id FROM papers WHERE content_hash >= ? AND content_hash < ?
) WHERE job_id = ? AND position = ?
"""
_HELD = """
SELECT paper_id, title, pages,
    (SELECT count(*) FROM chunks WHERE chunks.paper_id = papers.paper_id)
FROM papers WHERE content_hash >= ? AND content_hash < ?
"""


def note(catalog: WritableCatalog, job: Job) -> None:
    """Takes down what the library holds before the job begins."""
    for file in job.files:
        catalog.execute(_NOTE, [*_bounds(file), job.job_id, file.position])


def stored(catalog: WritableCatalog, file: JobFile) -> Fate | None:
    """What became of a file that waits, if it was stored by the job before that could say so."""
    if file.fate.paper_id is not None:
        return None  # it was there before
    for row in catalog.select(_HELD, _bounds(file)):
        return Fate(FileStatus.STORED, *row)
    return None


def _bounds(file: JobFile) -> list[str]:
    """Of the hashes that begin with the name of the file's folder."""
    digits = PurePosixPath(file.path).parent.name
    return [digits, f"{digits}g"]

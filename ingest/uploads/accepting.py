"""The moment in which uploaded files become a job."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.jobs.store import JobStore
from ingest.jobs.values import Job
from ingest.uploads.incoming import Incoming
from rag.errors import UploadError


def accept(incoming: Sequence[Incoming], store: JobStore, owner: str, most_jobs: int) -> Job:
    """The job that ingests the files, which have come in whole; both are on the disk to stay.

    Raises UploadError if there are none, UnsupportedType, QueueFull or LibraryError; nothing is
    kept then.
    """
    if not incoming:
        raise UploadError("no file was sent: send one or more as the field 'files'")

    def put_in_place() -> None:
        for file in incoming:
            file.put_in_place()

    files = [file.finish() for file in incoming]
    return store.submit_files(owner, files, most_jobs, put_in_place)

"""What the events of an ingestion mean for the files of a job."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.events import Embedded, Event, Failed, Found, Indexed, Parsed, Stored, Unchanged
from ingest.jobs.queue import JobQueue
from ingest.jobs.values import Fate, FileStatus, Job, JobFile, Progress, Stage

TELL_EVERY_S = 0.25


class Following:
    """Writes down what becomes of a job's files, and now and then how far it is."""

    def __init__(self, job: Job, library: Path, queue: JobQueue) -> None:
        self._job = job
        self._queue = queue
        self._unsettled: defaultdict[str, list[JobFile]] = defaultdict(list)
        for file in job.waiting:
            self._unsettled[str((library / file.path).resolve())].append(file)
        done = len(job.files) - len(job.waiting)
        self._so_far = Progress(Stage.READING, len(job.files), done, 0, 0)
        self._told: Progress | None = None
        self._told_at = -TELL_EVERY_S

    def take(self, event: Event) -> None:
        """Takes in one event. Nothing may be writing to the catalog."""
        match event:
            case Found():
                self.tell()
            case Parsed():
                self._advance(Stage.READING, chunks=event.chunks)
            case Embedded():
                self._advance(Stage.EMBEDDING, embedded=event.chunks)
            case Indexed():
                self._advance(Stage.INDEXING)
            case Stored():
                status = FileStatus.REPLACED if event.replaced else FileStatus.STORED
                fate = Fate(status, event.paper_id, event.title, event.pages, event.chunks)
                self._settle(event.source, fate)
            case Unchanged():
                self._settle(event.source, self._held(event))
            case Failed():
                self.fail(event.source, event.reason)
            case _:
                pass

    def fail(self, source: str, reason: str) -> None:
        """The file can't be ingested."""
        self._settle(source, Fate(FileStatus.FAILED, reason=reason))

    def tell(self) -> None:
        """Writes down how far the job is, if that was not done."""
        if self._told != self._so_far:
            self._queue.progress(self._job, self._so_far)
            self._told, self._told_at = self._so_far, time.monotonic()

    def _advance(self, stage: Stage, chunks: int = 0, embedded: int = 0) -> None:
        self._so_far = replace(
            self._so_far,
            stage=stage,
            chunks=self._so_far.chunks + chunks,
            embedded=self._so_far.embedded + embedded,
        )
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self.tell()

    def _settle(self, source: str, fate: Fate) -> None:
        """A file that was sent twice is settled twice: the second time nothing changes."""
        for file in self._unsettled.pop(source, []):
            self._queue.settle(self._job, file, fate)
            self._so_far = replace(self._so_far, done=self._so_far.done + 1)
            if fate.status in {FileStatus.STORED, FileStatus.REPLACED}:
                fate = replace(fate, status=FileStatus.UNCHANGED)

    def _held(self, event: Unchanged) -> Fate:
        """The content was there before the job began, or an attempt that was cut off stored it."""
        files = self._unsettled.get(event.source, [])
        paper = _paper(self._queue, event.paper_id)
        by_this_job = any(f.fate.paper_id is None for f in files) and paper.source == event.source
        status = FileStatus.STORED if by_this_job else FileStatus.UNCHANGED
        return Fate(status, event.paper_id, paper.title, paper.pages, paper.chunks)


@dataclass(frozen=True, slots=True)
class _Held:
    source: str
    title: str
    pages: int
    chunks: int


def _paper(queue: JobQueue, paper_id: str) -> _Held:
    [row] = queue.catalog.select(
        "SELECT source, title, pages, (SELECT count(*) FROM chunks "
        "WHERE chunks.paper_id = papers.paper_id) FROM papers WHERE paper_id = ?",
        [paper_id],
    )
    return _Held(*row)

"""A library with jobs, and what tests do with them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from ingest.jobs.store import JobStore
from ingest.jobs.values import FileStatus, Job, JobState
from ingest.uploads.accepting import accept
from ingest.uploads.incoming import Incoming
from ingest.uploads.sweeping import TRASH

PATIENCE_S = 90.0
MOST = 1000


@dataclass(frozen=True)
class Shop:
    library: Path
    store: JobStore

    def upload(self, files: dict[str, bytes]) -> Job:
        incoming = []
        for name, content in files.items():
            file = Incoming(self.library, name, 10**9)
            file.write(content)
            incoming.append(file)
        job = accept(incoming, self.store, "me", MOST)
        for file in incoming:
            file.close()
        return job

    def ended(self, job: Job) -> Job:
        """The job, once it has."""
        until(lambda: self.store.get(job.job_id).state.is_final)
        return self.store.get(job.job_id)

    def reaches(self, job: Job, state: JobState) -> None:
        until(lambda: self.store.get(job.job_id).state is state)

    def settled(self, job: Job) -> int:
        return len(job.files) - len(self.store.get(job.job_id).waiting)

    def paths(self) -> set[str]:
        """Of the files that were uploaded, while others may be sweeping."""
        found = os.walk(self.library / "uploads")
        return {
            str(Path(folder, name).relative_to(self.library))
            for folder, _, names in found
            if Path(folder).name != TRASH
            for name in names
        }


def until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.02)


def statuses(job: Job) -> list[FileStatus]:
    return [file.fate.status for file in job.files]


def runners() -> list[psutil.Process]:
    """The processes for jobs that this one, or a child of it, has started."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE and "ingest.jobs.process" in process.cmdline()
    ]


def notes(count: int, start: int = 0) -> dict[str, bytes]:
    """Markdown papers, each some chunks long."""
    made = {}
    for number in range(start, start + count):
        body = "".join(
            f"## {i} Section {i}\n\n" + f"Paragraph {i} of paper {number} says so. " * 12 + "\n\n"
            for i in range(1, 9)
        )
        made[f"paper-{number:02}.md"] = f"# Paper {number}\n\n{body}".encode()
    return made

"""How long a job waits for what may pass: an engine that is down, a disk that is full."""

from __future__ import annotations

import time

from ingest.jobs.values import Job

FIRST_S = 1.0
LONGEST_S = 300.0

GIVE_UP_S = 24 * 3600.0
"""A job that got nowhere for so long fails, so that those behind it are not kept for ever."""


class Patience:
    """With one job after the other."""

    def __init__(self) -> None:
        self._stuck: tuple[str, int] | None = None
        self._since = 0.0
        self._pause_s = 0.0

    def pause_s(self, job: Job) -> float:
        """How long to wait before the job is tried again, longer each time; 0 if it is given up.

        Patience begins anew where the job got further since it was asked last.
        """
        now = time.monotonic()
        if (stuck := (job.job_id, len(job.waiting))) != self._stuck:
            self._stuck, self._since, self._pause_s = stuck, now, 0.0
        if now - self._since > GIVE_UP_S:
            return 0.0
        self._pause_s = min(max(2 * self._pause_s, FIRST_S), LONGEST_S)
        return self._pause_s

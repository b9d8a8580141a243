"""When was somebody last asked, by any thread or process of this user?"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from rag.cache import default_cache


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file that is as old as the last request."""

    path: Path
    now: Callable[[], float] = time.time

    def claim(self, interval_s: float) -> float:
        """Marks a request as made and returns 0; or, if the last was less than ``interval_s``
        ago, leaves it and says in how many seconds to come again. A time yet to come, by a clock
        that was wrong, counts as now. Where the folder can't be written, nothing is early.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock")):
                return self._early(interval_s)
        except OSError:
            return 0.0

    def _early(self, interval_s: float) -> float:
        now = self.now()
        last = self.path.stat().st_mtime if self.path.exists() else now - interval_s
        early = max(min(last, now) + interval_s - now, 0.0)
        if not early or last > now:
            self.path.touch()
            os.utime(self.path, (now, now))
        return early


def arxiv_stamp() -> Stamp:
    """Of requests to arXiv, which asks each user for a pause between two, whatever they are for."""
    return Stamp(default_cache() / "arxiv-asked")

"""Keeps requests to one place apart in time, also those of other processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pace:
    """``interval_s`` between two requests. ``stamp`` is a file as old as the last of them."""

    stamp: Path
    interval_s: float
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> None:
        """Returns when the next request may go. A stamp from the future counts as now's."""
        try:
            last = self.stamp.stat().st_mtime
        except FileNotFoundError:
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
        else:
            since = max(self.now() - last, 0.0)
            if since < self.interval_s:
                self.sleep(self.interval_s - since)
        self.stamp.touch()

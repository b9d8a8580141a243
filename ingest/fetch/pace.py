"""Keeps requests to one place apart in time, also those of other processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ingest.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Pace:
    """``interval_s`` between two requests, by the ``stamp`` of the last of them."""

    stamp: Stamp
    interval_s: float
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> None:
        """Returns when the next request may go."""
        while early := self.stamp.claim(self.interval_s):
            self.sleep(early)

"""How often may a service be asked, and is it worth asking it at all?"""

from __future__ import annotations

import threading
import time

from ingest.stamp import Stamp

MOST_FAILURES = 3
"""In a row, after which a service is not asked any more: offline, nobody waits for it."""


LONGEST_WAIT_S = 60.0
"""Until one's turn; who asks for a longer pause is passed over."""


class Unreachable(Exception):
    """A service gave no answer; the message is why, for people."""


class Pace:
    """Lets requests through one by one, ``pause_s`` apart, for any number of threads.

    With a ``stamp``, they are also so far from whatever else goes by it.
    """

    def __init__(self, pause_s: float, stamp: Stamp | None = None) -> None:
        self._pause_s = pause_s
        self._stamp = stamp
        self._lock = threading.Lock()
        self._next_at = 0.0
        self._failures = 0

    def wait(self, until: float, stopped: threading.Event) -> None:
        """Returns when it is one's turn. Raises Unreachable, at once, if that is after ``until``
        (of the monotonic clock) or too long to wait for, if the service was given up, or when
        it is ``stopped``.
        """
        with self._lock:
            if self._failures >= MOST_FAILURES:
                raise Unreachable(f"not asked any more after {MOST_FAILURES} failures")
            now = time.monotonic()
            turn = max(self._next_at, now)
            if turn > min(until, now + LONGEST_WAIT_S):
                raise Unreachable(f"asks to wait for {turn - now:.0f} s")
            self._next_at = turn + self._pause_s
        self._sleep(turn - now, stopped)
        while self._stamp and (early := self._stamp.claim(self._pause_s)):
            if time.monotonic() + early > until:
                raise Unreachable(f"asks to wait for {early:.0f} s")
            self._sleep(early, stopped)

    def _sleep(self, seconds: float, stopped: threading.Event) -> None:
        if stopped.wait(max(seconds, 0.0)):
            raise Unreachable("not asked any more")

    def hold(self, seconds: float) -> None:
        """The service asks not to be asked for so long."""
        with self._lock:
            self._next_at = max(self._next_at, time.monotonic() + seconds)

    def failed(self) -> None:
        """Another request came to nothing."""
        with self._lock:
            self._failures += 1

    def answered(self) -> None:
        """The service is there."""
        with self._lock:
            self._failures = 0

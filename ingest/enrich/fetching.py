"""One request to a service: bounded in time and size, and as polite as the service asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx

from ingest.enrich.pace import Pace, Unreachable
from ingest.enrich.service import Question, Service

MAX_BYTES = 2 << 20
_NOT_FOUND = frozenset({400, 404, 410})
_LATER = frozenset({429, 503})
_LONGEST_HOLD_S = 3600.0
_USUAL_HOLD_S = 5.0


class Fetcher:
    """Asks services; may be shared between threads. ``mailto`` tells them whom to write to."""

    def __init__(self, timeout_s: float, mailto: str = "") -> None:
        self._timeout_s = timeout_s
        contact = f" (mailto:{mailto})" if mailto else ""
        self._client = httpx.Client(
            headers={
                "User-Agent": f"scholium/{version('scholium')}{contact}",
                "Accept-Encoding": "gzip, identity",
            },
            timeout=httpx.Timeout(timeout_s),
            follow_redirects=False,  # a key would go along to wherever it leads
        )
        self._paces: dict[str, Pace] = {}
        self._stopped = threading.Event()

    def fetch(self, service: Service, question: Question, until: float) -> bytes | None:
        """The answer; None where the service knows no such work.

        Raises Unreachable if there is none by ``until`` (of the monotonic clock) or within the
        time-out, if it is larger than ``MAX_BYTES``, or if the service was given up before.
        A request that is to be made later is made later, once, if there is time.
        """
        pace = self._paces.setdefault(service.name, Pace(service.pause_s, service.stamp))
        for last in (False, True):
            pace.wait(until, self._stopped)
            status, headers, body = self._ask(pace, service, question, until)
            if status == httpx.codes.OK or status in _NOT_FOUND:
                pace.answered()
                return body if status == httpx.codes.OK else None
            if status not in _LATER:
                break
            pace.hold(hold_s(headers))
            if last:
                break
        pace.failed()
        raise Unreachable(f"answered with status {status}")

    def _ask(
        self, pace: Pace, service: Service, question: Question, until: float
    ) -> tuple[int, httpx.Headers, bytes]:
        with (
            _translated(pace),
            self._client.stream(
                "GET",
                service.base_url.rstrip("/") + question.path,
                params={**question.parameters, **service.parameters},
                headers=service.headers,
            ) as response,
        ):
            end = min(until, time.monotonic() + self._timeout_s)
            body = b"".join(_pieces(response, end))
        return response.status_code, response.headers, body

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends what is still being asked, or waits for its turn, in other threads."""
        self._stopped.set()
        self._client.close()


def hold_s(headers: Mapping[str, str]) -> float:
    """How many seconds "Retry-After" asks to wait: a number, or a date (RFC 9110, 10.2.3)."""
    written = headers.get("Retry-After", "").strip()
    if written.isdecimal():
        return min(float(written), _LONGEST_HOLD_S)
    try:
        wanted = (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return _USUAL_HOLD_S
    return min(max(wanted, 0.0), _LONGEST_HOLD_S)


def _pieces(response: httpx.Response, end: float) -> Iterator[bytes]:
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > MAX_BYTES:
            raise Unreachable(f"answered with more than {MAX_BYTES >> 20} MiB")
        if time.monotonic() > end:
            raise Unreachable("did not answer in time")
        yield piece


@contextmanager
def _translated(pace: Pace) -> Iterator[None]:
    try:
        yield
    except Unreachable:
        pace.failed()
        raise
    except httpx.TimeoutException as error:
        pace.failed()
        raise Unreachable("did not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        pace.failed()
        raise Unreachable(f"can't be reached: {error}") from error

"""Fetches one URL into a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

import httpcore

from ingest.fetch.bodies import bounded, unpacked
from ingest.fetch.connecting import CheckedBackend, Deadline, Resolve, look_up
from ingest.fetch.kinds import HEAD, Kind, may_be, media_type, told_by
from ingest.fetch.urls import Target, checked
from rag.config_fetch import Fetch
from rag.errors import FetchError, NothingThere

MAX_REDIRECTS = 5

_MOVED = frozenset({301, 302, 303, 307, 308})
_UNCHANGED = 304
_NOT_THERE = frozenset({404, 410})
_MAX_TEXT = 4 * 10**6


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: the ``url`` it came from in the end, and what tells its version.

    ``kind`` is ``None`` where the server said that it has nothing newer.
    """

    url: str
    kind: Kind | None
    size: int
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches within the limits of ``settings``. ``resolve`` looks names up."""

    settings: Fetch
    resolve: Resolve = look_up

    def save(
        self,
        url: str,
        path: Path,
        kinds: frozenset[Kind],
        known: Mapping[str, str] | None = None,
        *,
        unpack: bool = True,
    ) -> Answer:
        """Saves what ``url`` leads to, one of ``kinds``, as ``path``, whole or not at all.

        ``known`` are headers that ask only for what is newer than what one has. What is kept
        packed is not unpacked (``unpack``). Raises FetchError; NothingThere where time would not
        mend it.
        """
        with self._following(url, known or {}) as (target, response):
            head = _headers(response)
            if response.status == _UNCHANGED:
                return Answer(target.url, None, 0)
            declared = media_type(head.get("content-type", ""))
            if not may_be(declared) & kinds:
                raise NothingThere(target.url, f"is no paper but {declared or 'of no known type'}")
            packed = head.get("content-encoding") if unpack else ""
            pieces = self._pieces(target.url, response, packed)
            kind, size = _write(target.url, pieces, path, may_be(declared) & kinds)
            return Answer(
                target.url, kind, size, head.get("etag", ""), head.get("last-modified", "")
            )

    def text(self, url: str) -> bytes:
        """What ``url`` says, in at most 4 MB: an answer of a program rather than a paper."""
        with self._following(url, {}) as (target, response):
            pieces = self._pieces(target.url, response, _headers(response).get("content-encoding"))
            return b"".join(bounded(pieces, _MAX_TEXT // 10**6, target.url))

    def _pieces(
        self, url: str, response: httpcore.Response, encoding: str | None
    ) -> Iterator[bytes]:
        raw = bounded(response.iter_stream(), self.settings.max_mb, url)
        return bounded(unpacked(raw, encoding or "", url), self.settings.max_mb, url)

    @contextmanager
    def _following(
        self, url: str, known: Mapping[str, str]
    ) -> Iterator[tuple[Target, httpcore.Response]]:
        """The answer at the end of the redirects, each of which is checked as the first URL was."""
        if not self.settings.enabled:
            raise FetchError(url, "is elsewhere, and fetching is off ([fetch] enabled)")
        deadline, seen = Deadline.of(self.settings), set[str]()
        target = checked(url, self.settings)
        while True:
            seen.add(target.url)
            with self._asked(target, deadline, known) as response:
                if response.status not in _MOVED:
                    _expect(target.url, response, self.settings.max_mb, asked_newer=bool(known))
                    yield target, response
                    return
                target = self._next(target, response)
            if target.url in seen or len(seen) > MAX_REDIRECTS:
                raise FetchError(url, f"leads in circles, or on and on: {len(seen)} redirects")

    def _next(self, target: Target, response: httpcore.Response) -> Target:
        there = _headers(response).get("location", "")
        if not there:
            raise FetchError(target.url, "leads on without saying where")
        try:
            joined = urljoin(target.url, there)
        except ValueError as error:
            raise FetchError(target.url, f"leads on to what is no URL: {error}") from error
        following = checked(joined, self.settings)
        if (target.scheme, following.scheme) == ("https", "http"):
            raise FetchError(target.url, f"leads on to {following.url}, which is not encrypted")
        return following

    @contextmanager
    def _asked(
        self, target: Target, deadline: Deadline, known: Mapping[str, str]
    ) -> Iterator[httpcore.Response]:
        backend = CheckedBackend(self.settings, deadline, self.resolve)
        contact = f" ({self.settings.contact})" if self.settings.contact else ""
        headers = {
            "Host": target.authority,
            "User-Agent": f"scholium/{version('scholium')}{contact}",
            "Accept": "application/pdf, text/html, application/gzip, */*;q=0.1",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **known,
        }
        url = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend) as pool,
                pool.stream("GET", url, headers=_as_sent(headers)) as response,
            ):
                yield response
        except FetchError as error:
            raise type(error)(target.url, error.reason) from error
        except httpcore.TimeoutException as error:
            raise FetchError(target.url, _too_slow(self.settings)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise FetchError(
                target.url, f"can't be had: {error or type(error).__name__}"
            ) from error


def _write(
    url: str, pieces: Iterator[bytes], path: Path, kinds: frozenset[Kind]
) -> tuple[Kind, int]:
    """The kind, and how many bytes. ``path`` stays as it is until all has come and is good."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begin = b""
    with _beside(path) as part:
        with part.open("wb") as file:
            for piece in pieces:
                begin += piece[: HEAD - len(begin)]
                file.write(piece)
            size = file.tell()
        if not size:
            raise FetchError(url, "is empty")
        kind = told_by(begin)
        if kind not in kinds:
            raise NothingThere(url, "is not what its server calls it, by its content")
        part.replace(path)
    return kind, size


def _as_sent(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}


def _expect(url: str, response: httpcore.Response, max_mb: int, *, asked_newer: bool) -> None:
    """Raises FetchError unless it is what was asked for, and says no size that is too large.

    That there is nothing newer is no answer to who did not ask for what is newer.
    """
    head = _headers(response)
    if response.status in {429, 503}:
        wait = head.get("retry-after", "")
        after = f" in {wait} s" if wait.isdigit() else " later"
        raise FetchError(url, f"is too busy (status {response.status}): try again{after}")
    if response.status in _NOT_THERE:
        raise NothingThere(url, f"can't be had: the server answers {response.status}")
    if response.status != 200 and not (asked_newer and response.status == _UNCHANGED):
        raise FetchError(url, f"can't be had: the server answers {response.status}")
    length = head.get("content-length", "")
    if length.isdigit() and int(length) > max_mb * 10**6:
        raise FetchError(url, f"is larger than {max_mb} MB ([fetch] max_mb)")


def _too_slow(settings: Fetch) -> str:
    return (
        f"takes too long: more than {settings.timeout_s:g} s, or {settings.stall_s:g} s of silence "
        "([fetch] timeout_s, stall_s)"
    )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file in the folder of ``path`` that is gone afterwards, whatever happens."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)

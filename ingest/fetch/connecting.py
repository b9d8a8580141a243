"""Connections to checked addresses, within a deadline: what of httpcore fetching uses.

A name is looked up once, every address that it has is checked, and the connection goes to one of
those very addresses. Were it looked up again to connect, a second answer of the name server could
lead elsewhere (DNS rebinding). TLS is still checked against the name.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import httpcore

from ingest.fetch.addresses import refusal
from rag.config_fetch import Fetch
from rag.errors import FetchError

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, in the order in which to try them. Raises OSError."""


def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system knows the host by, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment by which a download must be through."""

    at: float
    stall_s: float

    @classmethod
    def of(cls, settings: Fetch) -> Deadline:
        """That of a download that begins now."""
        return cls(monotonic() + settings.timeout_s, settings.stall_s)

    def left_s(self) -> float:
        """How long the next step may take. Raises httpcore.ReadTimeout if the time is up."""
        left = self.at - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole took too long")
        return min(left, self.stall_s)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to nothing but addresses that may be fetched from. Raises FetchError else."""

    def __init__(self, settings: Fetch, deadline: Deadline, resolve: Resolve = look_up) -> None:
        self._settings = settings
        self._deadline = deadline
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the deadline knows better
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        network, failure = httpcore.SyncBackend(), ""
        for address in self._addresses(host, port):
            try:
                stream = network.connect_tcp(
                    address, port, self._deadline.left_s(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = str(error)
            else:
                return _TimedStream(stream, self._deadline)
        raise httpcore.ConnectError(failure or "it has no address")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """All of them, or none: a name that leads to a forbidden place, too, is not trusted."""
        private = self._settings.allow_private or host in self._settings.private_hosts
        addresses = _within(self._deadline.left_s(), self._resolve, host, port)
        for address in addresses:
            if reason := refusal(address, private=private):
                allowable = not private and not refusal(address, private=True)
                advice = " ([fetch] private_hosts may allow it)" if allowable else ""
                raise FetchError(host, f"has the address {address}, which {reason}{advice}")
        return addresses


def _within(seconds: float, resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """The addresses, or httpcore's errors: the system sets a look-up no limit of ours."""
    found: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            found.put(error)

    Thread(target=ask, daemon=True, name="looking up").start()
    try:
        answer = found.get(timeout=seconds)
    except Empty as error:
        raise httpcore.ConnectTimeout("its name can't be looked up in time") from error
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"its name can't be looked up: {answer}") from answer
    return answer


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left_s())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

"""A server of bibliographic records on loopback: the four services' paths, on one address."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

RECORDED = Path(__file__).with_name("recorded")


@dataclass(frozen=True)
class Reply:
    """What is sent: after ``delay_s``, in pieces of ``piece`` bytes ``gap_s`` apart."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    gap_s: float = 0.0
    piece: int = 1 << 20


@dataclass(frozen=True)
class Asked:
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    at: float


Script = Callable[[Asked, int], Reply]


class RecordServer(ThreadingHTTPServer):
    """Answers as ``script`` says, given the request and its number; keeps what it was asked."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is part of some scripts."""


class _Handler(BaseHTTPRequestHandler):
    server: RecordServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = Asked(parts.path, parameters, dict(self.headers), time.monotonic())
        with self.server.lock:
            self.server.asked.append(asked)
            number = len(self.server.asked)
        reply = self.server.script(asked, number)
        if self.server.ending.wait(reply.delay_s):
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        for start in range(0, len(reply.body), reply.piece):
            if start and self.server.ending.wait(reply.gap_s):
                return
            self.wfile.write(reply.body[start : start + reply.piece])

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(script: Script) -> Iterator[RecordServer]:
    with RecordServer(script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()


def recorded(name: str) -> Reply:
    return Reply((RECORDED / name).read_bytes())


def services(asked: Asked, number: int) -> Reply:
    """Every service knows the one paper that was recorded, by whatever it is asked for."""
    match asked.path.split("/")[1:]:
        case ["api", "query"]:
            return recorded("arxiv.xml")
        case ["graph", "v1", "paper", "search", "match"]:
            return recorded("semantic-scholar-match.json")
        case ["graph", "v1", "paper", *_]:
            return recorded("semantic-scholar.json")
        case ["works", *_]:
            search = "query.bibliographic" in asked.parameters
            return recorded("crossref.json" if search else "openalex.json")
        case _:
            return nothing(asked, number)


def nothing(asked: Asked, number: int) -> Reply:
    return Reply(b'{"error": "Paper not found"}', 404)

"""A model server on loopback that plays a script: the OpenAI chat-completions protocol.

It is a real threaded HTTP server, so that time-outs, cut connections and retries are
tested as they happen on a wire.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "openai/scripted"
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    ``pieces`` are streamed one event each, or sent joined. ``delay_s`` passes before the
    first byte and ``gap_s`` between pieces. After ``stall_after`` pieces nothing more comes,
    but for comments that keep the connection alive when ``keep_alive``; after ``cut_after``
    the connection is dropped, with ``reset`` before anything has come. ``body`` is sent as it is,
    in place of a completion; ``broken`` between the first piece and the second. A server with
    ``logprobs`` tells them to those who ask: of pieces that hold a key; -0.01 of all others. A
    request with one of the parameters in ``refuses`` is none for it.
    """

    pieces: tuple[str, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    delay_s: float = 0.0
    gap_s: float = 0.0
    stall_after: int | None = None
    keep_alive: bool = False
    cut_after: int | None = None
    finish: str = "stop"
    thoughts: int = 0
    reset: bool = False
    broken: bytes | None = None
    logprobs: Mapping[str, float] | None = None
    refuses: tuple[str, ...] = ()


Script = Reply | Callable[[Messages], Reply]


def says(text: str, **how: Any) -> Reply:
    """A reply in pieces of a few characters, as models send them."""
    return Reply(tuple(text[i : i + 7] for i in range(0, len(text), 7)), **how)


def fails(status: int, message: str, **headers: str) -> Reply:
    """An error as OpenAI words it; underscores in header names stand for hyphens."""
    body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=body, headers=named)


class ScriptedServer(ThreadingHTTPServer):
    """Plays ``script`` in order, the last entry for ever; keeps what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Script] = [Reply()]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.hung_up = threading.Event()
        self.closing = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def play(self, *script: Script) -> None:
        self.script, self.requests, self.keys = list(script), [], []

    def take(self, request: dict[str, Any], key: str) -> Reply:
        with self._lock:
            entry = self.script[min(len(self.requests), len(self.script) - 1)]
            self.requests.append(request)
            self.keys.append(key)
        return entry if isinstance(entry, Reply) else entry(request["messages"])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def log_message(self, *args: object) -> None:
        """Keeps quiet."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))
        reply = self.server.take(request, self.headers.get("Authorization", ""))
        self.server.closing.wait(reply.delay_s)
        try:
            if unknown := [name for name in reply.refuses if request.get(name)]:
                refusal = fails(400, f"Unrecognized request argument supplied: {unknown[0]}")
                self._send(refusal, refusal.body or b"")
            elif reply.reset:
                self._reset()
            elif reply.body is not None:
                self._send(reply, reply.body)
            elif request.get("stream"):
                self._stream(reply, bool(request.get("logprobs")))
            else:
                self._send(reply, json.dumps(_completion(reply)).encode())
        except OSError:
            self.server.hung_up.set()
            self.close_connection = True

    def _reset(self) -> None:
        """Ends the connection as a server does that crashes: the client's kernel is told so."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _head(self, reply: Reply, **headers: str) -> None:
        self.send_response(reply.status)
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _send(self, reply: Reply, body: bytes) -> None:
        self._head(reply, Content_Type="application/json", Content_Length=str(len(body)))
        self.wfile.write(body)

    def _stream(self, reply: Reply, logprobs: bool) -> None:
        self._head(reply, Content_Type="text/event-stream", Transfer_Encoding="chunked")
        for _ in range(reply.thoughts):
            self._event(_delta({"reasoning_content": "hm"}))
            self.server.closing.wait(reply.gap_s)
        for number, piece in enumerate(reply.pieces):
            if number == reply.cut_after:
                self.close_connection = True
                return
            if number == reply.stall_after:
                self._stall(reply)
            if number == 1 and reply.broken is not None:
                self._write(reply.broken)
            told = _logprobs(reply, piece) if logprobs else None
            self._event(_delta({"role": "assistant", "content": piece}, logprobs=told))
            self.server.closing.wait(reply.gap_s)
        self._event(_delta({}, reply.finish))
        if "stream_options" not in reply.refuses:
            self._event({**_delta({}), "choices": [], "usage": _usage(reply)})
        self._write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _stall(self, reply: Reply) -> None:
        while not self.server.closing.wait(0.05):
            if reply.keep_alive:
                self._write(b": still here\n\n")
        raise ConnectionAbortedError

    def _event(self, event: dict[str, Any]) -> None:
        self._write(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _logprobs(reply: Reply, piece: str) -> dict[str, Any] | None:
    if reply.logprobs is None:
        return None
    value = next((v for part, v in reply.logprobs.items() if part in piece), -0.01)
    return {"content": [{"token": piece, "logprob": value, "top_logprobs": []}]}


def _delta(
    delta: dict[str, str], finish: str | None = None, logprobs: dict[str, Any] | None = None
) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }


def _usage(reply: Reply) -> dict[str, int]:
    count = len(reply.pieces)
    return {"prompt_tokens": 100, "completion_tokens": count, "total_tokens": 100 + count}


def _completion(reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(reply.pieces)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": _usage(reply),
    }


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """A running server; closed, with everything that stalls in it, at the end."""
    server = ScriptedServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(2)

"""An embedding server on loopback that plays a part: the OpenAI embeddings protocol."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rag.embed.hashing import HashingEmbedder

KEY = "sk-right"


@dataclass
class EmbeddingServer:
    """What the server does, and what it was asked. Its vectors have norm 3.

    ``failures`` requests are answered with ``status`` before it behaves; ``body`` is sent as
    it is in place of an answer; ``extra`` changes the number of vectors.
    """

    url: str = ""
    dimension: int = 32
    failures: int = 0
    status: int = 500
    body: bytes | None = None
    extra: int = 0
    delay_s: float = 0.0
    requests: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: dict[str, Any], authorization: str) -> tuple[int, bytes]:
        self.requests.append(request)
        time.sleep(self.delay_s)
        if authorization != f"Bearer {KEY}":
            return 401, b'{"error": {"message": "Incorrect API key provided", "code": 401}}'
        if self.failures:
            self.failures -= 1
            return self.status, b'{"error": {"message": "out of order"}}'
        if self.body is not None:
            return 200, self.body
        return 200, json.dumps(self._embeddings(request)).encode()

    def _embeddings(self, request: dict[str, Any]) -> dict[str, Any]:
        vectors = 3 * HashingEmbedder(self.dimension).embed_documents(request["input"])
        kept = [*vectors, *vectors[:1]] if self.extra > 0 else vectors[: len(vectors) + self.extra]
        data = [
            {"object": "embedding", "index": index, "embedding": vector.tolist()}
            for index, vector in enumerate(kept)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        # Out of order, as the protocol allows: the index says which text a vector is of.
        return {"object": "list", "data": data[::-1], "model": request["model"], "usage": usage}


@contextmanager
def serving(server: EmbeddingServer) -> Iterator[EmbeddingServer]:
    """Runs the server on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            status, body = server.answer(request, self.headers.get("Authorization", ""))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the caller gave up waiting, as some tests want

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{listener.server_port}/v1"
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()

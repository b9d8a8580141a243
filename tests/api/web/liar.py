"""A library that a page should not have trusted: its answers are whatever it likes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Liar(ThreadingHTTPServer):
    """Answers the question "n" with ``answers[n]``, in HTML, to pages of every origin."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers: list[str] = []

    def answer(self, question: str) -> dict[str, Any]:
        paper = {"id": "p", "title": "<img src=x onerror=alert(1)>", "authors": [], "year": None}
        section = {"number": "<b>", "title": "<b>", "path": [], "role": "method"}
        citation = {
            "marker": "[1]",
            "chunk_id": "c",
            "paper": paper,
            "section": section,
            "page": None,
            "quote": "<img src=x onerror=alert(1)>",
            "boxes": [],
        }
        return {
            "id": "a",
            "state": "done",
            "html": self.answers[int(question)],
            "citations": [citation],
            "note": "<img src=x onerror=alert(1)>",
            "problem": None,
        }


class _Answers(BaseHTTPRequestHandler):
    server: Liar

    def log_message(self, *args: object) -> None:
        """Keeps quiet."""

    def do_OPTIONS(self) -> None:
        self._send(204, "text/plain", "")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/threads"):
            return self._send(201, "application/json", json.dumps({"id": "t"}))
        done = json.dumps(self.server.answer(asked["question"]))
        return self._send(200, "text/event-stream", f"event: done\ndata: {done}\n\n")

    def _send(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name in ("Origin", "Headers", "Methods"):
            self.send_header(f"Access-Control-Allow-{name}", "*")
        self.end_headers()
        self.wfile.write(text.encode("utf-8", "replace"))


@contextmanager
def liar() -> Iterator[Liar]:
    """One that answers; gone with the block."""
    server = Liar()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

"""Sites of somebody else's, for the widget to stand on: a strict one, and one that lets all run."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.api.web.serving import REPOSITORY

EXAMPLES = REPOSITORY / "examples"


class Host(ThreadingHTTPServer):
    """The example page with a strict policy of its own; ``/bare`` is ``body``, with none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        port = self.server_address[1]
        self.origin = f"http://127.0.0.1:{port}"
        self.other_origin = f"http://localhost:{port}"
        self.library = ""
        self.body = ""

    def page(self) -> str:
        text = (EXAMPLES / "widget.html").read_text(encoding="utf-8")
        assert "http://localhost:8000" in text
        return text.replace("http://localhost:8000", self.library)

    def bare(self) -> str:
        script = f'<script src="{self.library}/widget.js" defer></script>'
        return f"<!doctype html><html lang=en><title>Notes</title>{script}<body>{self.body}</body>"


class _Pages(BaseHTTPRequestHandler):
    server: Host

    def log_message(self, *args: object) -> None:
        """Keeps quiet."""

    def do_GET(self) -> None:
        bare, style = self.path == "/bare", self.path.endswith(".css")
        page = self.server.bare if bare else self.server.page
        text = (EXAMPLES / "widget.css").read_text() if style else page()
        library = self.server.library
        policy = (
            f"default-src 'none'; script-src {library}; connect-src {library}; "
            "img-src blob: data:; style-src 'self'"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if style else "text/html; charset=utf-8")
        if not bare:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(text.encode())

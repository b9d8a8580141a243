"""A real server in a process of its own, over a library on disk, for a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).parents[3]
PATIENCE_S = 120

# What the papers say, and what a model might say of it.
QUESTION = "What is in the context line of a chunk?"
QUOTE = "followed by the path of section headings"
PROBE = "The context line is the title of the paper"


class Served:
    """``scholium serve`` at ``url``; it can be killed and started anew at the same place."""

    def __init__(self, library: Path, environment: Mapping[str, str]) -> None:
        self.library = library
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SCHOLIUM_") or k in KEPT}
        self._environment = {**kept, "PYTHONPATH": str(REPOSITORY), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", "serve"]
            + ["--library", str(self.library), "--port", str(self.port)],
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )
        last = time.monotonic() + PATIENCE_S
        while not self._is_ready():
            assert self._process.poll() is None, "the server ended at once"
            assert time.monotonic() < last, "the server did not get ready"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/v1/ready").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Ends it as a crash does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None


KEPT = {"SCHOLIUM_CACHE", "SCHOLIUM_DATA"}


@contextmanager
def served(library: Path, **environment: str) -> Iterator[Served]:
    """A running server; ended with the block."""
    server = Served(library, environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def with_model(url: str) -> dict[str, str]:
    """The settings for a model that writes answers and nothing else."""
    only_answers = {f"SCHOLIUM_QUERY__{key}": "false" for key in ("HYDE", "MULTI_QUERY", "CACHE")}
    return {
        "SCHOLIUM_LLM__MODEL": "openai/scripted",
        "SCHOLIUM_LLM__API_BASE": url,
        "SCHOLIUM_LLM__RETRIES": "0",
        "SCHOLIUM_QUERY__CONTEXTUALISE": "false",
        **only_answers,
    }


def free_port() -> int:
    """A port on loopback that nobody listens at now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

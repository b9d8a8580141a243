"""Servers for tests: in a thread of the test, or in a process that can be killed. On loopback."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.running import uvicorn_options
from rag.config import Settings

STARTED_S = 150.0

logs: list[Path] = []
"""What the processes of this run write, in the order of their start."""


@contextmanager
def hosted(library: Path, settings: Mapping[str, Any] | None = None) -> Iterator[httpx.Client]:
    """A client of a server in this process."""
    serve = {"port": 0, "drain_s": 2, **(settings or {}).get("serve", {})}
    chosen = Settings.model_validate({**(settings or {}), "serve": serve})
    config = uvicorn.Config(create_app(library, chosen), **uvicorn_options(chosen.serve))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait(lambda: server.started, thread.is_alive)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
        gc.unfreeze()


@dataclass
class Process:
    """`scholium serve` in a process of its own."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """As an operator would; its exit status."""
        self.process.terminate()
        return self.process.wait(40)


def free_port() -> int:
    """A port that nobody listened at a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    library: Path,
    log: Path,
    *options: str,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """`scholium serve`, ready; killed at the end if it still runs."""
    port = port or free_port()
    logs.append(log)
    run = "from api.cli import main; main(prog_name='scholium')"
    command = [sys.executable, "-c", run, "serve", "--library", str(library), "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, *options],
            stdout=output,
            stderr=output,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    made = Process(process, f"http://127.0.0.1:{port}", log)
    try:
        _wait(lambda: _answers(made.url), lambda: process.poll() is None, log)
        yield made
    finally:
        if process.poll() is None:
            made.kill()


def events(lines: Iterator[str]) -> Iterator[tuple[str, str, Any]]:
    """Id, kind and data of server-sent events."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields.get("event"):
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            fields = {}


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/v1/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _wait(ready: Any, alive: Any, log: Path | None = None) -> None:
    until = time.monotonic() + STARTED_S
    while not ready():
        told: Sequence[str] = log.read_text().splitlines()[-20:] if log else ()
        assert alive(), "\n".join(("the server ended", *told))
        assert time.monotonic() < until, "\n".join(("the server does not answer", *told))
        time.sleep(0.05)

"""A server to press, in processes of its own, and what they take."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

STARTED_S = 120.0


@contextmanager
def served(library: Path, workers: int, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`scholium serve` over ``library``, ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("scholium")), "serve", "--port", str(port)]
    command += ["--library", str(library), "--workers", str(workers)]
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            command, stdout=nowhere, stderr=nowhere, env={**os.environ, **(env or {})}
        )
    server = Server(process.pid, port)
    try:
        until = time.monotonic() + STARTED_S
        while not server.is_ready():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the server does not start: {' '.join(command)}")
            time.sleep(0.2)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


class Server:
    """A running one."""

    def __init__(self, pid: int, port: int) -> None:
        self.port = port
        self._process = psutil.Process(pid)

    def is_ready(self) -> bool:
        """Whether it can be searched."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/v1/ready", timeout=5
            ) as said:
                return bool(said.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def memory_mb(self) -> float:
        """What its processes hold that they share with none, in MiB."""
        held = 0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                held += process.memory_full_info().uss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return held / 2**20

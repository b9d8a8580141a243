"""A real server in a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ENVIRONMENT = {
    "SCHOLIUM_EMBEDDER__KIND": "hashing",
    "SCHOLIUM_INGEST__BATCH_CHUNKS": "40",
    "SCHOLIUM_INGEST__JOBS": "1",
    "SCHOLIUM_SERVE__MAX_UPLOAD_MB": "2",
    "SCHOLIUM_SERVE__MAX_UPLOAD_FILES": "40",
    "SCHOLIUM_SERVE__MAX_JOBS": "4",
    "SCHOLIUM_SERVE__DRAIN_S": "20",
}
PATIENCE_S = 90.0
Files = dict[str, bytes]


@dataclass(frozen=True)
class Served:
    """The server's process, and a client of it."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    port: int

    def upload(self, files: Files) -> httpx.Response:
        parts = [("files", (name, content)) for name, content in files.items()]
        return self.client.post("/v1/papers", files=parts)

    def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/jobs/{job_id}").json()
        return found

    def ended(self, job_id: str) -> dict[str, Any]:
        give_up = time.monotonic() + PATIENCE_S
        while self.job(job_id)["state"] in {"queued", "running"}:
            assert time.monotonic() < give_up, self.job(job_id)
            time.sleep(0.05)
        return self.job(job_id)

    def settled(self, job_id: str) -> int:
        return sum(file["status"] != "waiting" for file in self.job(job_id)["files"])

    def events(self, job_id: str, after: str = "") -> Iterator[tuple[int, str, Any]]:
        headers = {"Last-Event-ID": after} if after else {}
        with self.client.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    fields[name] = value
                elif "data" in fields:
                    yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                    fields = {}

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


@contextmanager
def served(library: Path, workers: int = 1, **environment: str) -> Iterator[Served]:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
    command += ["--library", str(library), "--port", str(port), "--workers", str(workers)]
    paths = os.pathsep.join(sys.path)
    whole = {**os.environ, **ENVIRONMENT, **environment, "PYTHONPATH": paths}
    with (
        subprocess.Popen(command, env=whole) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        try:
            _wait(client, process)
            yield Served(process, client, port)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while True:
        assert process.poll() is None, "the server has ended"
        assert time.monotonic() < give_up, "the server does not answer"
        try:
            client.get("/v1/health")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return

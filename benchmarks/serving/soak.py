"""A day of a server in twenty minutes: searches, answers, papers that come and go."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np

from benchmarks.serving.clients import Times, searching, streaming
from benchmarks.serving.server import Server

SEARCHES_A_SECOND = 15.0
STREAMS = 10
UPLOAD_EVERY_S = 20.0
LOOKS = 120


@dataclass
class Soaked:
    """What came of it; memory is the median of the second quarter, and of the last."""

    searches_ms: list[float]
    failures: list[str]
    before_mb: float
    after_mb: float


def soak(server: Server, questions: list[str], seconds: float) -> Soaked:
    """Tells memory as it goes."""
    until = time.monotonic() + seconds
    found, failures = Times(), list[str]()

    def search() -> None:
        times, _ = searching(server.port, questions, 4, seconds, SEARCHES_A_SECOND)
        found.ms += times.ms
        found.failures += times.failures

    def ask() -> None:
        while time.monotonic() < until:
            _, whole = asyncio.run(streaming(server.port, questions, STREAMS))
            failures.extend(whole.failures)

    def upload() -> None:
        for number in count():
            if time.monotonic() >= until:
                return
            _come_and_go(server.port, number, failures)
            time.sleep(min(UPLOAD_EVERY_S, max(until - time.monotonic(), 0.0)))

    works: tuple[Callable[[], None], ...] = (search, ask, upload)
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    held = list[float]()
    while time.monotonic() < until:
        time.sleep(seconds / LOOKS)
        held.append(server.memory_mb())
        print(f"{seconds - (until - time.monotonic()):6.0f} s {held[-1]:7.0f} MiB", flush=True)
    for thread in threads:
        thread.join()
    quarter = max(len(held) // 4, 1)
    before, after = np.median(held[quarter : 2 * quarter]), np.median(held[-quarter:])
    return Soaked(found.ms, found.failures + failures, float(before), float(after))


def _come_and_go(port: int, number: int, failures: list[str]) -> None:
    """Uploads a paper, waits until it is there, and removes it."""
    text = f"# A note, the {number}th\n\n## Method\n\nIt was written for {uuid.uuid4().hex}.\n" * 5
    job = _settled(port, _uploaded(port, text.encode()))
    if job.get("state") != "done":
        failures.append(f"upload: {job}")
        return
    [file] = job["files"]
    removed = _settled(port, _call(port, "DELETE", f"/v1/papers/{file['paper_id']}"))
    if removed.get("state") != "done":
        failures.append(f"removal: {removed}")


def _uploaded(port: int, content: bytes) -> dict[str, object]:
    mark = uuid.uuid4().hex
    disposition = 'Content-Disposition: form-data; name="files"; filename="note.md"'
    head = f"--{mark}\r\n{disposition}\r\nContent-Type: text/markdown\r\n\r\n".encode()
    body = head + content + f"\r\n--{mark}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    return _call(port, "POST", "/v1/papers", body, kind)


def _settled(port: int, job: dict[str, object]) -> dict[str, object]:
    """The job when it has ended, or the problem that the server told instead."""
    while job.get("state") in ("queued", "running"):
        time.sleep(0.5)
        job = _call(port, "GET", f"/v1/jobs/{job['id']}")
    return job


def _call(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body or None, headers or {})
        made: dict[str, object] = json.loads(connection.getresponse().read())
        return made
    finally:
        connection.close()

"""Clients that cost little beside the server that they press: one connection each, kept open."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle, islice


@dataclass
class Times:
    """How long requests took, in milliseconds, and those that failed."""

    ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def searching(
    port: int,
    questions: Sequence[str],
    clients: int,
    seconds: float,
    per_second: float = 0.0,
    keep: bool = True,
) -> tuple[Times, float]:
    """``clients`` that search, each as soon as it has its answer, or paced to ``per_second`` in
    all; each keeps its connection, or opens one for each search. Returns their times and how long
    it took.
    """
    times, threads = Times(), []
    until = time.monotonic() + seconds
    for number in range(clients):
        mine = islice(cycle(questions), number * 17, None)
        pause_s = clients / per_second if per_second else 0.0
        threads.append(
            threading.Thread(target=_search, args=(port, mine, until, pause_s, keep, times))
        )
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, time.monotonic() - began


def _search(
    port: int, questions: Iterator[str], until: float, pause_s: float, keep: bool, times: Times
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for question in questions:
            began = time.monotonic()
            if began >= until:
                return
            body = json.dumps({"query": question, "k": 10})
            connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read()
            if not keep:
                connection.close()  # which it opens again by itself
            took = time.monotonic() - began
            if answer.status != 200:
                times.failures.append(f"{answer.status} {said[:200]!r}")
            times.ms.append(1000 * took)
            time.sleep(max(pause_s - took, 0.0))


async def streaming(port: int, questions: Sequence[str], streams: int) -> tuple[Times, Times]:
    """``streams`` answers at once: times until the first token, and until the end."""
    first, whole = Times(), Times()
    await asyncio.gather(
        *(_stream(port, questions[n % len(questions)], first, whole) for n in range(streams))
    )
    return first, whole


async def _stream(port: int, question: str, first: Times, whole: Times) -> None:
    began, kinds = time.monotonic(), list[str]()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    body = json.dumps({"question": question}).encode()
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    try:
        status = (await reader.readline()).decode()
        if " 200 " not in status:
            whole.failures.append(status.strip())
            return
        async for line in reader:
            if not line.startswith(b"event: "):
                continue
            kinds.append(line[7:].decode().strip())
            if kinds[-1] == "token" and kinds.count("token") == 1:
                first.ms.append(1000 * (time.monotonic() - began))
    finally:
        writer.close()
    if not kinds or kinds[-1] != "done":
        whole.failures.append(f"ended with {kinds[-1:]}")
    whole.ms.append(1000 * (time.monotonic() - began))

"""A language model that is none: it streams words of the first passage to whoever asks, slowly."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

PIECES = 40
GAP_S = 0.1
QUOTED = 12
_FIRST = re.compile(r"<evidence \S+ 1>\n(.*?)\n</evidence", re.S)


@contextmanager
def scripted_model(first_s: float = 0.0, gap_s: float = GAP_S) -> Iterator[str]:
    """Its base URL, while it runs in a process of its own.

    It thinks for ``first_s`` before the first piece, and waits ``gap_s`` after each.
    """
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_run, args=(there, first_s, gap_s), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/v1"
    finally:
        process.terminate()
        process.join(5)


def _run(told: Connection, first_s: float, gap_s: float) -> None:
    async def serve() -> None:
        answer = partial(_answer, first_s=first_s, gap_s=gap_s)
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first_s: float, gap_s: float
) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        answer = _quoting(json.loads(await reader.readexactly(length)))
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        )
        await writer.drain()
        await asyncio.sleep(first_s)
        for number in range(PIECES):
            piece = answer[number * len(answer) // PIECES : (number + 1) * len(answer) // PIECES]
            writer.write(_event({"content": piece}, None))
            await writer.drain()
            await asyncio.sleep(gap_s)
        writer.write(_event({}, "stop") + b"data: [DONE]\n\n")
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def _quoting(request: dict[str, Any]) -> str:
    """A sentence that the first passage bears out, as it is made of its last words."""
    found = _FIRST.search(request["messages"][-1]["content"])
    words = " ".join(found[1].split()[-QUOTED:]) if found else "nothing"
    plain = words.replace('"', "").replace("[", "(").replace("]", ")")
    return f'The paper says: {plain} [1: "{plain}"].'


def _event(delta: dict[str, str], finish: str | None) -> bytes:
    said = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return f"data: {json.dumps(said)}\n\n".encode()

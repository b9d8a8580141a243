"""What `scholium serve` bears, on one machine with its clients.

    python -m benchmarks.serving search --data FOLDER [--chunks 20000] [--workers 1 2]
    python -m benchmarks.serving streams --data FOLDER [--streams 200]
    python -m benchmarks.serving soak --data FOLDER [--seconds 1200]

`search`: four clients, each searching again as soon as it has its hits, with the questions of
QASPER dev over a library of papers of QASPER train. `streams`: so many answers at once, from a
scripted model that takes four seconds for one. `soak`: searches, answers and uploads, paced, for so
long; it tells whether memory grows. Memory is what the server's processes share with no other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.latency import fill
from benchmarks.serving.clients import Times, searching, streaming
from benchmarks.serving.model import scripted_model
from benchmarks.serving.server import Server, served
from benchmarks.serving.soak import soak

WARM_UP_S = 5.0


def main() -> None:
    """Runs one of the three."""
    given = _arguments()
    fill(given.library, Path(given.data), given.chunks)
    questions = _questions(Path(given.data))
    for workers in given.workers:
        if given.what == "search":
            with served(given.library, workers) as server:
                _search(server, workers, questions, given)
            continue
        with scripted_model() as url, served(given.library, workers, _writing(url)) as server:
            if given.what == "streams":
                _stream(server, workers, questions, given.streams)
            else:
                _soak(server, questions, given.seconds or 1200.0)


def _search(server: Server, workers: int, questions: list[str], given: argparse.Namespace) -> None:
    seconds, clients = given.seconds or 30.0, given.clients
    searching(server.port, questions, clients, WARM_UP_S)
    for keep in (True, False):
        times, took = searching(server.port, questions, clients, seconds, given.rate, keep)
        print(
            f"{workers} process(es), {clients} clients, connections {'kept' if keep else 'anew'}: "
            f"{len(times.ms) / took:6.1f} searches/s   {_quantiles(times)}   "
            f"{server.memory_mb():.0f} MiB   {len(times.failures)} failed",
            *times.failures[:3],
        )


def _stream(server: Server, workers: int, questions: list[str], streams: int) -> None:
    asyncio.run(streaming(server.port, questions, 2))  # loads the model's client
    before, peak, over = server.memory_mb(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.5):
            peak = max(peak, server.memory_mb())

    watching = threading.Thread(target=watch)
    watching.start()
    for _ in range(3):
        began = time.monotonic()
        first, whole = asyncio.run(streaming(server.port, questions, streams))
        print(
            f"{workers} process(es), {streams} streams: {time.monotonic() - began:5.1f} s in all   "
            f"first token {_quantiles(first)}   end {_quantiles(whole)}   "
            f"{len(whole.failures)} failed",
            *whole.failures[:3],
        )
    over.set()
    watching.join()
    print(f"memory {before:.0f} MiB before, {peak:.0f} at most, {server.memory_mb():.0f} after")


def _soak(server: Server, questions: list[str], seconds: float) -> None:
    came = soak(server, questions, seconds)
    grown = came.after_mb - came.before_mb
    print(f"{len(came.searches_ms)} searches, {_quantiles(Times(came.searches_ms))}")
    print(f"{len(came.failures)} failed", *came.failures[:5])
    print(
        f"memory, second quarter {came.before_mb:.0f} MiB, last {came.after_mb:.0f}: {grown:+.0f}"
    )


def _quantiles(times: Times) -> str:
    p50, p95, p99 = np.percentile(times.ms or [float("nan")], [50, 95, 99])
    return f"p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms"


def _writing(url: str) -> dict[str, str]:
    """A configuration in which the model writes the answers and nothing else."""
    return {
        "SCHOLIUM_LLM__MODEL": "openai/scripted",
        "SCHOLIUM_LLM__API_BASE": url,
        "SCHOLIUM_QUERY__HYDE": "false",
        "SCHOLIUM_QUERY__MULTI_QUERY": "false",
    }


def _questions(data: Path) -> list[str]:
    lines = (data / "qasper-dev" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return random.Random(0).sample([json.loads(line)["question"] for line in lines], 400)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["search", "streams", "soak"])
    parser.add_argument("--data", type=Path, default=os.environ.get("SCHOLIUM_DATA"))
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--library", type=Path, default=Path("build/serving-library"))
    parser.add_argument("--workers", type=int, nargs="+", default=[1])
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument(
        "--rate", type=float, default=0.0, help="searches a second; 0: as many as go"
    )
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float)
    return parser.parse_args()


if __name__ == "__main__":
    main()

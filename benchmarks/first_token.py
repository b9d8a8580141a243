"""How much later than from the model itself the first piece of an answer comes.

    python -m benchmarks.first_token [--library DIR --questions FILE] [--first-s 0.3] [--rounds 3]

A scripted model thinks for a known time before it writes. It is asked directly, through
`Library.ask_stream` and through `POST /v1/ask` of a server; without other forms of the question
("plain"), and with multi-query and HyDE by the same model ("rewritten"), which take its time once
more. "search" is until the evidence is there, "after" from there to the first piece, "added" both
together without the model's own times; "busy" is how long the process was at work until then, which
depends less on what else the machine does. Without --library, the example papers are asked.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from benchmarks.serving.model import scripted_model
from benchmarks.serving.server import served
from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.types import Retrieval

EXAMPLES = Path(__file__).parents[1] / "examples"
MODEL = "openai/scripted"
GAP_S = 0.005
WARM_UP = 3


@dataclass
class Times:
    """Of each question in milliseconds: until the evidence, and from there to the first piece."""

    search: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, began: float, found: float, first: float) -> None:
        self.search.append(1000 * (found - began))
        self.after.append(1000 * (first - found))


def main() -> None:
    """Measures, and prints a line for each way to ask."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        library = given.library or _examples(Path(folder) / "library")
        questions = [json.loads(line)["question"] for line in given.questions.open()]
        with scripted_model(given.first_s, GAP_S) as url:
            own = direct(url, len(questions) * given.rounds)
            print(
                f"the model itself        {_quantiles(own.search)}, whole {_quantiles(own.after)}"
            )
            for rewrites in (False, True):
                settings = _settings(url, rewrites=rewrites)
                kind = "rewritten" if rewrites else "plain"
                times = in_process(library, settings, questions * given.rounds)
                _tell(f"library, {kind}", times, own, rewrites=rewrites)
                times = over_http(library, url, questions * given.rounds, rewrites=rewrites)
                _tell(f"HTTP, {kind}", times, own, rewrites=rewrites)


def _examples(library: Path) -> Path:
    deque(ingest([EXAMPLES / "papers"], library, Settings()), maxlen=0)
    return library


def _settings(url: str, *, rewrites: bool) -> Settings:
    return Settings.model_validate(
        {
            "llm": {"model": MODEL, "api_base": url},
            "query": {"hyde": rewrites, "multi_query": rewrites, "cache": False},
        }
    )


def _environment(url: str, rewrites: bool) -> dict[str, str]:
    return {
        "SCHOLIUM_LLM__MODEL": MODEL,
        "SCHOLIUM_LLM__API_BASE": url,
        "SCHOLIUM_QUERY__HYDE": str(rewrites).lower(),
        "SCHOLIUM_QUERY__MULTI_QUERY": str(rewrites).lower(),
        "SCHOLIUM_QUERY__CACHE": "false",
    }


def direct(url: str, count: int) -> Times:
    """The model itself: until its first piece, and until its last (as ``after``)."""
    body = {"model": "scripted", "messages": [{"role": "user", "content": "?"}], "stream": True}
    times = Times()
    with httpx.Client(timeout=60) as client:
        for _ in range(count):
            began = time.perf_counter()
            with client.stream("POST", f"{url}/chat/completions", json=body) as answer:
                came = [time.perf_counter() for line in answer.iter_lines() if line]
            times.search.append(1000 * (came[0] - began))
            times.after.append(1000 * (came[-1] - began))
    return times


def in_process(library: Path, settings: Settings, questions: Sequence[str]) -> Times:
    """Of ``library``, opened here."""
    times = Times()
    with open_library(library, settings) as opened:
        opened.prepare()
        for number, question in enumerate([*questions[:WARM_UP], *questions]):
            began, busy = time.perf_counter(), time.process_time()
            found = first = began
            for piece in opened.ask_stream(question):
                if isinstance(piece, Retrieval):
                    found = time.perf_counter()
                elif isinstance(piece, str) and first == began:
                    first, busy = time.perf_counter(), time.process_time() - busy
            if number >= WARM_UP:
                times.add(began, found, first)
                times.cpu.append(1000 * busy)
    return times


def over_http(library: Path, url: str, questions: Sequence[str], *, rewrites: bool) -> Times:
    """Of a server of ``library`` in a process of its own."""
    times = Times()
    with (
        served(library, 1, _environment(url, rewrites)) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client,
    ):
        for number, question in enumerate([*questions[:WARM_UP], *questions]):
            began = time.perf_counter()
            with closing(_events(client, question)) as events:
                came = {kind: at for kind, at in events if kind in ("evidence", "token")}
            if number >= WARM_UP:
                times.add(began, came["evidence"], came["token"])
    return times


def _events(client: httpx.Client, question: str) -> Iterator[tuple[str, float]]:
    """The kinds of the answer's events, as far as the first token, and when each came."""
    headers = {"Accept": "text/event-stream"}
    body = {"question": question}
    with client.stream("POST", "/v1/ask", json=body, headers=headers) as answer:
        seen = False
        for line in answer.iter_lines():
            if line.startswith("event: ") and not seen:
                kind = line.removeprefix("event: ")
                seen = kind == "token"
                yield kind, time.perf_counter()


def _tell(what: str, times: Times, own: Times, *, rewrites: bool) -> None:
    """Prints what is left of the times without the model's own."""
    search = np.array(times.search) - (np.median(own.after) if rewrites else 0.0)
    after = np.array(times.after) - np.median(own.search)
    print(
        f"{what:<23} search {_quantiles(search)}   after {_quantiles(after)}   "
        f"added {_quantiles(search + after)}"
        + (f"   busy {_quantiles(times.cpu)}" if times.cpu else "")
    )


def _quantiles(ms: Sequence[float] | np.ndarray) -> str:
    low, median, high = np.percentile(ms, (10, 50, 95))
    return f"p10 {low:5.0f}  p50 {median:5.0f}  p95 {high:5.0f} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--library", type=Path)
    parser.add_argument("--questions", type=Path, default=EXAMPLES / "questions.jsonl")
    parser.add_argument("--first-s", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""How long a search takes: warm, in one process, and cold, as a command.

    python benchmarks/latency.py --data FOLDER [--chunks 100000] [--library DIR]

Fills a library with papers of QASPER train, and then with titles and abstracts, until it has so
many chunks (kept in --library: a second run is quick), then searches with the questions of QASPER
dev, over the whole library and within one paper; each time includes the query's embedding. The
first ten questions are left out. ``--reranker learned`` has it judge over the whole library, where
it is not used by default. Times on the clock depend on what else the machine does, so the
time that the process was running is given too. Cold times are of whole commands.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np
import psutil

from eval.datasets import Records
from ingest.commands import ingest, ingest_papers
from ingest.events import Event
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.store.catalog import FILE, Catalog
from rag.types import Filter

COLD_RUNS = 7

T = TypeVar("T")


def fill(library: Path, data: Path, wanted: int) -> None:
    """Goes on with what an earlier run left of it."""
    with tempfile.TemporaryDirectory() as folder:
        for events in chain(whole_papers(library, data, Path(folder)), abstracts(library, data)):
            if held(library) >= wanted:
                return
            deque(events, maxlen=0)
            print(f"{held(library)} chunks", file=sys.stderr)


def held(library: Path) -> int:
    """How many chunks it has."""
    if not (library / FILE).exists():
        return 0
    with Catalog(library) as catalog:
        return sum(paper.chunks for paper in catalog.papers())


def whole_papers(library: Path, data: Path, folder: Path) -> Iterator[Iterator[Event]]:
    with gzip.open(data / "qasper-train" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for part in batched(map(json.loads, lines), 50):
            paths = [folder / f"{paper['paper']}.md" for paper in part]
            for path, paper in zip(paths, part, strict=True):
                path.write_text(paper["markdown"], encoding="utf-8")
            yield ingest(paths, library, Settings())


def abstracts(library: Path, data: Path) -> Iterator[Iterator[Event]]:
    for part in batched(Records(data / "abstracts" / "abstracts.jsonl.gz").papers(), 1000):
        yield ingest_papers(part, len(part), library, Settings())


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def warm(library: Library, questions: list[str], papers: list[str] | None) -> str:
    times = []
    for i, question in enumerate(questions):
        where = Filter(frozenset({papers[i % len(papers)]})) if papers else Filter()
        start, ran = perf_counter(), process_time()
        library.search(question, where, 10)
        times.append((1000 * (perf_counter() - start), 1000 * (process_time() - ran)))
    clock, cpu = np.percentile(times[10:], [50, 95], axis=0).T
    return f"median {clock[0]:6.1f} ms   p95 {clock[1]:6.1f} ms   p95 running {cpu[1]:6.1f} ms"


def cold(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("scholium")), *arguments]
    times = []
    for _ in range(COLD_RUNS):
        start = perf_counter()
        subprocess.run(command, check=False, capture_output=True)
        times.append(perf_counter() - start)
    return f"median {np.median(times):5.2f} s    worst of {COLD_RUNS} {max(times):5.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SCHOLIUM_DATA"), required=False
    )
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--library", type=Path, default=Path("build/latency-library"))
    parser.add_argument("--reranker", choices=["auto", "learned", "none"], default="auto")
    given = parser.parse_args()
    settings = Settings.model_validate({"rerank": {"kind": given.reranker}})
    fill(given.library, Path(given.data), given.chunks)
    lines = (Path(given.data) / "qasper-dev" / "questions.jsonl").read_text().splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    questions = random.Random(0).sample(questions, 400)
    with open_library(given.library, settings) as library:
        library.prepare()
        rows = library.papers()
        print(f"{len(rows)} papers, {sum(row.chunks for row in rows)} chunks")
        print("warm, whole library   ", warm(library, questions, None))
        print("warm, within one paper", warm(library, questions, [row.paper_id for row in rows]))
    print(f"memory of the process  {psutil.Process().memory_info().rss / 2**20:.0f} MiB")
    place = ("--library", str(given.library))
    print("scholium --help        ", cold("--help"))
    print("scholium search        ", cold("search", questions[0], *place))
    print("scholium ask           ", cold("ask", questions[0], *place))


if __name__ == "__main__":
    main()

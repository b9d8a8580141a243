"""How long a search takes: warm, in one process, and cold, as a command.

    python benchmarks/latency.py --data FOLDER [--chunks 20000] [--library DIR]

Fills a library with papers of QASPER train until it has so many chunks (kept in --library: a
second run is quick), then searches with the questions of QASPER dev, over the whole library and
within one paper; each time includes the query's embedding. Cold times are of whole commands.
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
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil

from ingest.commands import ingest
from ingest.events import Stored
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.types import Filter

COLD_RUNS = 7


def fill(library: Path, data: Path, wanted: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        gzip.open(data / "qasper-train" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines,
    ):
        stored, part = 0, []
        for line in lines:
            paper = json.loads(line)
            path = Path(folder) / f"{paper['paper']}.md"
            path.write_text(paper["markdown"], encoding="utf-8")
            part.append(path)
            if len(part) == 50:
                events = ingest(part, library, Settings())
                stored += sum(e.chunks for e in events if isinstance(e, Stored))
                part = []
                print(f"{stored} chunks", file=sys.stderr)
                if stored >= wanted:
                    return


def warm(library: Library, questions: list[str], papers: list[str] | None) -> str:
    times = []
    for i, question in enumerate(questions):
        where = Filter(frozenset({papers[i % len(papers)]})) if papers else Filter()
        start = perf_counter()
        library.search(question, where, 10)
        times.append(1000 * (perf_counter() - start))
    median, p95 = np.percentile(times[10:], [50, 95])
    return f"median {median:6.1f} ms   p95 {p95:6.1f} ms"


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
    given = parser.parse_args()
    if not given.library.exists():
        fill(given.library, Path(given.data), given.chunks)
    lines = (Path(given.data) / "qasper-dev" / "questions.jsonl").read_text().splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    questions = random.Random(0).sample(questions, 400)
    with open_library(given.library, Settings()) as library:
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

"""How well and how fast a library of abstracts is searched: BM25, dense, hybrid and the default.

    python benchmarks/abstracts.py --data FOLDER [--library DIR]

FOLDER has ``abstracts.jsonl.gz`` and ``questions.jsonl`` with relevant papers. The library is made
once (on two cores, 61,017 abstracts take a quarter of an hour) and kept in --library; what it lacks
is added, what else it holds is removed. Each
configuration has a process of its own, which asks one question after the other: first for the ten
hits of a usual search, which is timed, and then for fifty, to be scored. The first question, which
loads the models, is left out of the times. Times on the clock depend on what else the machine does,
so the time that the process was running is given beside them. Memory is that of the process at its
end: what is resident, and of that what no other process shares.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import psutil

from eval.ablation import PLAIN as PLAIN_HYBRID
from eval.datasets import Dataset, load_dataset
from eval.documents import score_papers
from eval.experiment import prepare
from ingest.events import Embedded, Event
from rag.build import open_library
from rag.config import Settings
from rag.store.catalog import Catalog

PLAIN = {table: PLAIN_HYBRID.without[table] for table in ("query", "rerank")}
CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    "BM25": {**PLAIN, "search": {"retrievers": ["bm25"]}},
    "dense": {**PLAIN, "search": {"retrievers": ["dense"], "adapter": "none"}},
    "hybrid, RRF": {**PLAIN, "search": {"fusion": "rrf", "adapter": "none"}},
    "hybrid, score sum": {**PLAIN, "search": {"fusion": "score-sum", "adapter": "none"}},
    "default, no reranker": {"rerank": {"kind": "none"}},
    "default": {},
}
MEASURES = ("R@20", "MRR", "nDCG@10")
HITS = 50
"""Chunks a question: more than twenty papers, long abstracts being two chunks."""

NUMBERS = (*MEASURES, "median ms", "p95 ms", "p95 CPU ms", "RSS MiB", "USS MiB")


def make(data: Dataset, library: Path) -> None:
    """Brings the library up to date with the data set, whatever an earlier run left of it."""
    done, began = 0, perf_counter()

    def show(event: Event) -> None:
        nonlocal done
        if isinstance(event, Embedded):
            done += event.chunks
            rate = done / (perf_counter() - began)
            print(f"\r{done} chunks, {rate:.0f}/s ", end="", file=sys.stderr)

    failures = prepare(data, Settings(), library, show)
    print(file=sys.stderr)
    for failed in failures:
        print(f"{failed.source}: {failed.reason}", file=sys.stderr)


def measure(data: Dataset, path: Path, settings: Settings) -> dict[str, Any]:
    """The numbers, and the scores of each question."""
    times, scores = [], {}
    with open_library(path, settings) as library:
        library.prepare()
        for question in data.questions:
            began, ran = perf_counter(), process_time()
            library.search(question.text)
            times.append((1000 * (perf_counter() - began), 1000 * (process_time() - ran)))
            evidence = library.search(question.text, k=HITS).evidence
            sources = (library.catalog.source(hit.chunk.paper_id) for hit in evidence)
            found = [data.corpus.name(source) for source in sources]
            scores[question.question_id] = score_papers(question.grades, found)
        memory = psutil.Process().memory_full_info()
    clock, cpu = np.array(times[1:]).T
    means = {m: float(np.mean([s[m] for s in scores.values() if s])) for m in MEASURES}
    numbers = {
        **means,
        "median ms": float(np.median(clock)),
        "p95 ms": float(np.percentile(clock, 95)),
        "p95 CPU ms": float(np.percentile(cpu, 95)),
        "RSS MiB": memory.rss / 2**20,
        "USS MiB": memory.uss / 2**20,
    }
    return {"numbers": numbers, "scores": scores}


def apart(name: str, arguments: list[str]) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, *arguments, "--only", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def gain(scores: Mapping[str, Any], others: Mapping[str, Any], measure: str) -> str:
    """The paired difference, with the interval that holds 95 % of bootstrap means."""
    pairs = [(s[measure], others[q][measure]) for q, s in scores.items() if s]
    differences = np.array([ours - theirs for ours, theirs in pairs])
    draws = np.random.default_rng(0).choice(differences, (10_000, len(differences)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return f"{differences.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def report(results: Mapping[str, Mapping[str, Any]]) -> None:
    print(f"| configuration | {' | '.join(NUMBERS)} |\n|---|{'---|' * len(NUMBERS)}")
    for name, result in results.items():
        numbers = result["numbers"]
        shown = (f"{numbers[n]:.3f}" if n in MEASURES else f"{numbers[n]:.1f}" for n in NUMBERS)
        print(f"| {name} | {' | '.join(shown)} |")
    default = results["default"]["scores"]
    for name, result in results.items():
        gains = (f"{m} {gain(default, result['scores'], m)}" for m in ("R@20", "MRR"))
        print(f"default - {name}: {', '.join(gains)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--library", type=Path, default=Path("build/abstracts-library"))
    parser.add_argument("--only", choices=list(CONFIGURATIONS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    data = load_dataset(given.data)
    if given.only:
        settings = Settings.model_validate(CONFIGURATIONS[given.only])
        print(json.dumps(measure(data, given.library, settings)))
        return
    make(data, given.library)
    with Catalog(given.library) as catalog:
        papers = catalog.papers()
    print(f"{len(papers):,} papers, {sum(paper.chunks for paper in papers):,} chunks\n")
    arguments = ["--data", str(given.data), "--library", str(given.library)]
    report({name: apart(name, arguments) for name in CONFIGURATIONS})


if __name__ == "__main__":
    main()

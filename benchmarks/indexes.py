"""Search latency and adds per second of the indexes, on made-up but life-like chunks.

    python benchmarks/indexes.py --chunks 20000 --backends chroma tantivy

Words are drawn by Zipf's law from a vocabulary; a chunk's vector lies near its paper's, and
papers lie in clusters. Queries are noisy copies of chunks. Recall is against exact search.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.protocols import Index
from rag.store.chroma import ChromaIndex
from rag.store.memory import MemoryDenseIndex
from rag.store.rank_bm25_index import RankBM25Index
from rag.store.tantivy_bm25 import TantivyIndex
from rag.types import Entry, Filter, Role, Variant, Vector

DIMENSION = 384
CHUNK_WORDS = 110
CHUNKS_A_PAPER = 100
VOCABULARY = 40_000
ADD_BATCH = 1024
DEPTH = 100
ROLES = (Role.INTRODUCTION, Role.METHOD, Role.EXPERIMENTS, Role.RESULTS)


@dataclass(frozen=True)
class Workload:
    """What is indexed and asked. ``asked[i]`` is the entry that query ``i`` was made from."""

    entries: list[Entry]
    queries: list[Variant]
    asked: list[Entry]


def workload(chunks: int, queries: int, rng: np.random.Generator) -> Workload:
    papers = -(-chunks // CHUNKS_A_PAPER)
    clusters = unit(rng.normal(size=(max(papers // 10, 1), DIMENSION)))
    centres = unit(clusters[np.arange(papers) % len(clusters)] + 0.7 * noise(rng, papers))
    of_paper = np.arange(chunks) // CHUNKS_A_PAPER
    vectors = unit(centres[of_paper] + 0.9 * noise(rng, chunks))
    words = np.array([f"{a}{b}{c}" for a, b, c in itertools.product(*SYLLABLES)][:VOCABULARY])
    texts = [" ".join(words[draw]) for draw in zipf(rng, chunks, CHUNK_WORDS, len(words))]
    entries = [
        Entry(f"p{p}-{n:06}", f"p{p}", texts[n], ROLES[n % 4], 2000 + p % 25, vectors[n])
        for n, p in enumerate(of_paper.tolist())
    ]
    asked = [entries[n] for n in rng.integers(0, chunks, queries)]
    near = unit(np.stack([vector_of(e) for e in asked]) + 0.5 * noise(rng, queries))
    variants = [
        Variant("original", " ".join(rng.choice(e.text.split(), 10)), v)
        for e, v in zip(asked, near, strict=True)
    ]
    return Workload(entries, variants, asked)


SYLLABLES = (
    [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"],
    [a + b for a in "dklmnrst" for b in "aeiou"],
    ["", "n", "r", "s", "x", "l", "m", "k", "b", "d", "f", "g", "z"],
)


def unit(rows: np.ndarray) -> Vector:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def noise(rng: np.random.Generator, rows: int) -> Vector:
    return unit(rng.normal(size=(rows, DIMENSION)))


def zipf(rng: np.random.Generator, rows: int, columns: int, size: int) -> np.ndarray:
    weights = 1 / np.arange(1, size + 1)
    return np.searchsorted(np.cumsum(weights / weights.sum()), rng.random((rows, columns)))


def vector_of(entry: Entry) -> Vector:
    assert entry.vector is not None
    return entry.vector


def milliseconds(
    act: Callable[[Variant, Filter], object], work: Workload, wheres: Sequence[Filter]
) -> np.ndarray:
    times = []
    for variant, where in zip(work.queries, wheres, strict=True):
        start = time.perf_counter()
        act(variant, where)
        times.append((time.perf_counter() - start) * 1e3)
    return np.array(times)


def filters(work: Workload) -> dict[str, list[Filter]]:
    papers = [Filter(papers=frozenset({e.paper_id})) for e in work.asked]
    return {
        "all": [Filter()] * len(papers),
        "paper, first time": papers,
        "paper, again": papers,
        "years, half": [Filter(year_from=2012)] * len(papers),
    }


def recall(index: Index, exact: Index, work: Workload, wheres: Sequence[Filter]) -> float:
    shares = []
    for variant, where in list(zip(work.queries, wheres, strict=True))[:30]:
        got, want = (
            {h.chunk_id for h in i.search([variant], DEPTH, where)[0].hits} for i in (index, exact)
        )
        shares.append(len(got & want) / max(len(want), 1))
    return float(np.mean(shares))


def measure(name: str, index: Index, work: Workload, exact: Index | None) -> dict[str, np.ndarray]:
    start = time.perf_counter()
    for at in range(0, len(work.entries), ADD_BATCH):
        index.add(work.entries[at : at + ADD_BATCH])
    rate = len(work.entries) / (time.perf_counter() - start)
    index.search(work.queries[:1], DEPTH, Filter())
    print(f"| {name} | add | {rate:,.0f}/s | | |")
    measured = {}
    for label, wheres in filters(work).items():
        times = milliseconds(lambda v, w: index.search([v], DEPTH, w), work, wheres)
        measured[label] = times
        found = f"{recall(index, exact, work, wheres):.4f}" if exact else ""
        median, p95 = np.percentile(times, [50, 95])
        print(f"| {name} | {label} | {median:.2f} ms | {p95:.2f} ms | {found} |")
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument(
        "--backends",
        nargs="+",
        default=["chroma", "tantivy"],
        choices=["chroma", "tantivy", "rank-bm25"],
    )
    options = parser.parse_args()
    work = workload(options.chunks, options.queries, np.random.default_rng(7))
    exact = MemoryDenseIndex()
    exact.add(work.entries)
    print("| index | what | median | p95 | recall |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        opened: dict[str, Callable[[], Index]] = {
            "chroma": lambda: ChromaIndex(Path(folder) / "chroma"),
            "tantivy": lambda: TantivyIndex(Path(folder) / "tantivy"),
            "rank-bm25": lambda: RankBM25Index(Path(folder) / "rank-bm25.sqlite"),
        }
        results = []
        for name in options.backends:
            index = opened[name]()
            results.append(measure(name, index, work, exact if name == "chroma" else None))
            index.close()
    for label in results[0]:
        together = np.sum([r[label] for r in results], axis=0)
        median, p95 = np.percentile(together, [50, 95])
        print(f"| {' + '.join(options.backends)} | {label} | {median:.2f} ms | {p95:.2f} ms | |")


if __name__ == "__main__":
    main()

"""What the learned ranker takes for 200 candidates of as many papers.

    python benchmarks/rerank.py --library DIR --questions FILE

DIR is a library with at least 200 chunks, FILE a ``questions.jsonl``. Every question is asked of
the whole library and its candidates are judged ten times. Time is the thread's own, which depends
less than the clock on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import thread_time

import numpy as np

from rag.build import open_library
from rag.config import Settings
from rag.protocols import Reranker
from rag.types import Candidate, Judgement, Query, Ranking

TIMES = 10


class Timed:
    """A reranker that writes down how long each judgement took, in milliseconds."""

    name = "timed"

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self.times: list[float] = []
        self.candidates: list[int] = []

    def rerank(
        self, query: Query, candidates: list[Candidate], rankings: list[Ranking]
    ) -> Judgement:
        """The same judgement ten times."""
        self.candidates.append(len(candidates))
        for _ in range(TIMES):
            start = thread_time()
            judged = self._reranker.rerank(query, candidates, rankings)
            self.times.append(1000 * (thread_time() - start))
        return judged


def main() -> None:
    """Prints how many candidates there were, and the times."""
    args = _arguments()
    settings = Settings.model_validate({"rerank": {"kind": "learned"}})
    lines = args.questions.read_text(encoding="utf-8").splitlines()[: args.count]
    with open_library(args.library, settings) as library:
        library.search("warm up")
        with library._opened() as opened:  # noqa: SLF001 - the stage is timed inside its pipeline
            pipeline = opened.pipeline
        if pipeline.reranker is None:
            raise SystemExit(f"{args.library} has no learned ranker")
        timed = Timed(pipeline.reranker)
        object.__setattr__(pipeline, "reranker", timed)
        for line in lines:
            library.search(json.loads(line)["question"])
    print(f"{len(lines)} questions, {np.mean(timed.candidates):.0f} candidates each on average")
    median, p95 = np.percentile(timed.times, [50, 95])
    print(f"median {median:.1f} ms, 95th percentile {p95:.1f} ms")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--count", type=int, default=150)
    return parser.parse_args()


if __name__ == "__main__":
    main()

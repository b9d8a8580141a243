"""How much of the evidence is in what a generator reads, at what length, as found and widened.

    python benchmarks/widening.py DATASET --library DIR [--config FILE] [--papers N]

Each question is asked within its paper. What is read is the first hits as they are, or the first
ten widened (`rag.select.widening`) to as many tokens; "more hits" reads further down the list to
the same tokens. An evidence passage counts when half of it is there (`eval/relevance.py`); of
several annotators the best counts. Differences are to the ten hits as they are, paired, with
intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np

from eval.datasets import Dataset, Question, load_dataset
from eval.experiment import prepare
from eval.paper_names import ids_by_name, paper_names
from eval.relevance import covers, shingles, words
from eval.significance import compare
from rag import build, config
from rag.config import Settings
from rag.library import Library
from rag.protocols import TokenCounter
from rag.select.widening import Widening
from rag.types import Evidence, Filter

FOUND = 10
DEEP = 60
BUDGETS = (1500, 2000, 3000)

Reading = Callable[[Sequence[Evidence]], Sequence[Evidence]]


def main() -> None:
    args = _arguments()
    settings = config.load(args.config)
    data = _first_papers(load_dataset(args.dataset), args.papers)
    prepare(data, settings, args.library, lambda _: None)
    with build.open_library(args.library, settings) as library:
        report(data, library, settings)


def report(data: Dataset, library: Library, settings: Settings) -> None:
    """A line for each way of reading: share of the evidence, tokens, difference."""
    count = build.embedder(settings).count_tokens
    ways = dict(_ways(library, count))
    shares = {name: list[float]() for name in ways}
    lengths = {name: list[int]() for name in ways}
    for question, hits in _asked(data, library):
        for name, read in ways.items():
            shown = read(hits)
            shares[name].append(_share(question, shown))
            lengths[name].append(sum(count([e.chunk.text for e in shown])))
    first, *others = shares
    differences = compare(shares[first], [shares[name] for name in others], seed=0)
    print(f"{len(shares[first])} questions")
    for name, difference in zip(shares, [None, *differences], strict=True):
        text = f"{name:24} {np.mean(shares[name]):.3f}  {np.mean(lengths[name]):6.0f} tokens"
        if difference:
            text += f"  {difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
        print(text)


def _ways(library: Library, count: TokenCounter) -> Iterator[tuple[str, Reading]]:
    yield f"{FOUND} hits", lambda hits: hits[:FOUND]
    for budget in BUDGETS:
        yield f"more hits, {budget}", _more(count, budget)
        for reach in ("neighbours", "section"):
            widening = Widening(library.catalog, reach, budget, count)
            yield f"{reach}, {budget}", lambda hits, w=widening: w(hits[:FOUND])


def _more(count: TokenCounter, budget: int) -> Reading:
    def read(hits: Sequence[Evidence]) -> Sequence[Evidence]:
        total = accumulate(count([e.chunk.text for e in hits]))
        return [
            e
            for at, (e, used) in enumerate(zip(hits, total, strict=True))
            if at < FOUND or used <= budget
        ]

    return read


def _asked(data: Dataset, library: Library) -> Iterator[tuple[Question, tuple[Evidence, ...]]]:
    ids = ids_by_name(paper_names(library, data.corpus))
    for question in data.questions:
        papers = frozenset(each for name in question.papers for each in ids.get(name, ()))
        if papers and any(words(p) for passages in question.evidence for p in passages):
            yield question, library.search(question.text, Filter(papers), DEEP).evidence


def _share(question: Question, shown: Sequence[Evidence]) -> float:
    found = frozenset().union(*(shingles(e.chunk.text) for e in shown))
    return max(
        sum(covers(found, p) for p in passages) / len(passages)
        for annotator in question.evidence
        if (passages := [shingles(p) for p in annotator if words(p)])
    )


def _first_papers(data: Dataset, papers: int) -> Dataset:
    """The data set's questions about so many of its papers; 0: all."""
    named = sorted({name for question in data.questions for name in question.papers})
    wanted = set(named[:papers] if papers else named)
    return replace(data, questions=tuple(q for q in data.questions if wanted & set(q.papers)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures what widening shows of the evidence.")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--library", type=Path, required=True, help="made or completed if needed")
    parser.add_argument("--config", type=Path, help="settings other than the defaults")
    parser.add_argument("--papers", type=int, default=0, help="questions about so many papers only")
    return parser.parse_args()


if __name__ == "__main__":
    main()

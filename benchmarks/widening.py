"""How much of the evidence is in what a generator reads, at what length, as found and widened.

    python benchmarks/widening.py DATASET --library DIR [--config FILE] [--papers N]

Each question is asked within its paper. What is read is the first hits as they are, or the first
ten widened (`rag.select.widening`) to as many tokens; "more hits" reads further down the list to
the same tokens. An evidence passage counts when half of it is there (`eval/relevance.py`); of
several annotators the best counts. Differences are to the ten hits as they are, paired, with
intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from what_is_read import argument_parser, asked, first_papers, print_table, share

from eval.datasets import Dataset, load_dataset
from eval.experiment import prepare
from rag import build, config
from rag.config import Settings
from rag.library import Library
from rag.protocols import TokenCounter
from rag.select.widening import Reach, Widening
from rag.types import Evidence

FOUND = 10
DEEP = 60
BUDGETS = (1500, 2000, 3000)
REACHES: tuple[Reach, ...] = ("neighbours", "section")

Reading = Callable[[Sequence[Evidence]], Sequence[Evidence]]


def main() -> None:
    args = argument_parser("Measures what widening shows of the evidence.").parse_args()
    settings = config.load(args.config)
    data = first_papers(load_dataset(args.dataset), args.papers)
    prepare(data, settings, args.library, lambda _: None)
    with build.open_library(args.library, settings) as library:
        report(data, library, settings)


def report(data: Dataset, library: Library, settings: Settings) -> None:
    """A line for each way of reading."""
    count = build.embedder(settings).count_tokens
    ways = dict(_ways(library, count))
    shares = {name: list[float]() for name in ways}
    lengths = {name: list[int]() for name in ways}
    for question, _, hits in asked(data, library, DEEP):
        for name, read in ways.items():
            texts = [e.chunk.text for e in read(hits)]
            shares[name].append(share(question, texts))
            lengths[name].append(sum(count(texts)))
    print(f"{len(shares[f'{FOUND} hits'])} questions")
    print_table(shares, lengths)


def _ways(library: Library, count: TokenCounter) -> Iterator[tuple[str, Reading]]:
    yield f"{FOUND} hits", lambda hits: hits[:FOUND]
    for budget in BUDGETS:
        yield f"more hits, {budget}", _more(count, budget)
        for reach in REACHES:
            yield f"{reach}, {budget}", _wide(Widening(library.catalog, reach, budget, count))


def _wide(widening: Widening) -> Reading:
    return lambda hits: widening(hits[:FOUND])


def _more(count: TokenCounter, budget: int) -> Reading:
    def read(hits: Sequence[Evidence]) -> Sequence[Evidence]:
        total = accumulate(count([e.chunk.text for e in hits]))
        return [
            e
            for at, (e, used) in enumerate(zip(hits, total, strict=True))
            if at < FOUND or used <= budget
        ]

    return read


if __name__ == "__main__":
    main()

"""What selection does to the evidence that a generator reads: how much of it is left, and where.

    python benchmarks/selection.py DATASET --library DIR [--config FILE] [--papers N] [--sweep]

Each question is asked within its paper; the first ten hits are selected from as for a language
model, with the embedder's tokens. An evidence passage counts when half of it is there
(`eval/relevance.py`); of several annotators the best counts. Differences are to the ten hits as
they are, paired, with intervals. A marked sentence is right when half of it stands in a passage of
the evidence. ``--sweep`` shows what other floors, margins and numbers of marks would do.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from what_is_read import argument_parser, asked, first_papers, print_table, share

from eval.datasets import Dataset, Question, load_dataset
from eval.experiment import prepare
from eval.relevance import covers, shingles, words
from rag import build, build_learned, config
from rag.build_select import MARGIN, MOST_MARKED
from rag.config import SelectTable
from rag.generate.passage import passage_text
from rag.generate.sentence_odds import SentenceOdds
from rag.library import Library
from rag.protocols import SentenceWeigher, TokenCounter
from rag.select.condensing import Condensing
from rag.select.ordering import PaperOrder
from rag.select.relevance import Relevance
from rag.types import Evidence, Query, WeighedSentence

FOUND = 10
BUDGETS = (1000, 500)
FLOORS = (2.0, 3.0, 4.0, 5.0, 5.5, 6.0, 7.0)
MARGINS = (1.0, 1.25, 1.5, 2.0)
MOSTS = (4, 6, 8, 10)

Reading = Callable[[Query, Sequence[Evidence]], Sequence[Evidence]]


@dataclass(frozen=True, eq=False)
class Asked:
    """A question, what was found, and how its sentences weigh."""

    question: Question
    query: Query
    hits: tuple[Evidence, ...]
    weighed: list[WeighedSentence]


def main() -> None:
    args = _arguments()
    settings = config.load(args.config)
    data = first_papers(load_dataset(args.dataset), args.papers)
    prepare(data, settings, args.library, lambda _: None)
    with build.open_library(args.library, settings) as library:
        embedder = build.embedder(settings)
        turned = build_learned.adapted(embedder, args.library, settings)
        put, took = _weighed(data, library, SentenceOdds(embedder, turned))
        print(f"{len(put)} questions; weighing takes {1000 * np.median(took):.0f} ms (median)")
        count = _counted_once(embedder.count_tokens)
        report(put, dict(_ways(put, count)), count)
        report_marks(put, MARGIN, MOST_MARKED)
        if args.sweep:
            sweep(put, count)


def report(put: Sequence[Asked], ways: dict[str, Reading], count: TokenCounter) -> None:
    """A line for each way of reading."""
    shares = {name: list[float]() for name in ways}
    lengths = {name: list[int]() for name in ways}
    for each in put:
        for name, read in ways.items():
            shown = [passage_text(replace(e, marked=())) for e in read(each.query, each.hits)]
            shares[name].append(share(each.question, shown))
            lengths[name].append(sum(count(shown)))
    print_table(shares, lengths)


def report_marks(put: Sequence[Asked], margin: float, most: int) -> None:
    """How many sentences are marked, how many rightly, and how many passages have one."""
    marked, right, touched = list[int](), list[float](), list[bool]()
    for each in put:
        step = Relevance(_known([each]), 0, margin, most)
        texts = [
            mark.of(e.chunk.text)
            for e in step.select(each.query, each.hits).evidence
            for mark in e.marked
        ]
        passages = [shingles(p) for a in each.question.evidence for p in a if words(p)]
        judged = [any(covers(p, shingles(text)) for p in passages) for text in texts]
        marked.append(len(texts))
        right.append(sum(judged) / max(len(judged), 1))
        touched.append(any(judged))
    print(
        f"marks within {margin:g}, at most {most}: {np.mean(marked):.1f} a question, "
        f"{np.mean(right):.3f} right, {np.mean(touched):.3f} of questions with a right one"
    )


def sweep(put: Sequence[Asked], count: TokenCounter) -> None:
    """What other values would do."""
    floors = {"ten hits": _as_they_are} | {f"floor {f:g}": _floor(put, f) for f in FLOORS}
    ranks = {f"first {n}": _first(n) for n in range(FOUND - 1, 2, -1)}
    report(put, floors | ranks, count)
    for margin in MARGINS:
        for most in MOSTS:
            report_marks(put, margin, most)


def _ways(put: Sequence[Asked], count: TokenCounter) -> Iterator[tuple[str, Reading]]:
    yield "ten hits", _as_they_are
    yield "floor", _floor(put, SelectTable().floor)
    yield "order", lambda query, hits: PaperOrder().select(query, hits).evidence
    for budget in BUDGETS:
        yield f"condensed, {budget}", _condensed(put, budget, count)
        yield f"condensed unmarked, {budget}", _condensed((), budget, count)
        yield f"first hits, {budget}", _fitting(budget, count)


def _counted_once(count: TokenCounter) -> TokenCounter:
    """The ways of reading share most of their texts."""
    known: dict[str, int] = {}

    def counted(texts: Sequence[str]) -> list[int]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, count(new), strict=True))
        return [known[text] for text in texts]

    return counted


def _as_they_are(_: Query, hits: Sequence[Evidence]) -> Sequence[Evidence]:
    return hits


def _first(number: int) -> Reading:
    return lambda _, hits: hits[:number]


def _relevance(put: Sequence[Asked], floor: float) -> Relevance:
    return Relevance(_known(put), floor, MARGIN, MOST_MARKED)


def _known(put: Sequence[Asked]) -> SentenceWeigher:
    """Weighs by what was found once; what was not asked is not weighed."""
    known = {id(each.hits): each.weighed for each in put}
    return lambda _, hits: known.get(id(hits), [])


def _floor(put: Sequence[Asked], floor: float) -> Reading:
    step = _relevance(put, floor)
    return lambda query, hits: step.select(query, hits).evidence


def _condensed(put: Sequence[Asked], budget: int, count: TokenCounter) -> Reading:
    marking, condensing = _relevance(put, 0), Condensing(budget, count)
    return lambda query, hits: (
        condensing.select(query, marking.select(query, hits).evidence).evidence
    )


def _fitting(budget: int, count: TokenCounter) -> Reading:
    def read(_: Query, hits: Sequence[Evidence]) -> Sequence[Evidence]:
        lengths = np.cumsum(count([e.chunk.text for e in hits]))
        return [e for at, e in enumerate(hits) if not at or lengths[at] <= budget]

    return read


def _weighed(
    data: Dataset, library: Library, weigh: SentenceOdds
) -> tuple[list[Asked], list[float]]:
    made, took = list[Asked](), list[float]()
    for question, query, hits in asked(data, library, FOUND):
        start = perf_counter()
        weighed = weigh(query, hits)
        took.append(perf_counter() - start)
        made.append(Asked(question, query, hits, weighed))
    return made, took


def _arguments() -> argparse.Namespace:
    parser = argument_parser("Measures what selection leaves of the evidence.")
    parser.add_argument("--sweep", action="store_true", help="other values, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()

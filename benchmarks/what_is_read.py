"""What the measures of what a generator reads share: questions, shares of evidence, the table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.datasets import Dataset, Question
from eval.paper_names import ids_by_name, paper_names
from eval.relevance import covers, shingles, words
from eval.significance import compare
from rag.library import Library
from rag.types import Evidence, Filter, Query


def first_papers(data: Dataset, papers: int) -> Dataset:
    """The data set's questions about so many of its papers; 0: all."""
    named = sorted({name for question in data.questions for name in question.papers})
    wanted = set(named[:papers] if papers else named)
    return replace(data, questions=tuple(q for q in data.questions if wanted & set(q.papers)))


def asked(
    data: Dataset, library: Library, hits: int
) -> Iterator[tuple[Question, Query, tuple[Evidence, ...]]]:
    """The questions that have evidence, each put to its papers, and what is found."""
    ids = ids_by_name(paper_names(library, data.corpus))
    for question in data.questions:
        papers = frozenset(each for name in question.papers for each in ids.get(name, ()))
        if papers and any(words(p) for passages in question.evidence for p in passages):
            query = Query(question.text, Filter(papers))
            yield question, query, library.search(query.text, query.where, hits).evidence


def share(question: Question, texts: Sequence[str]) -> float:
    """The share of the evidence passages of which half is there; of annotators the best counts.

    At least one of them has named a passage with words in it.
    """
    found = frozenset().union(*map(shingles, texts))
    return max(
        sum(covers(found, p) for p in passages) / len(passages)
        for annotator in question.evidence
        if (passages := [shingles(p) for p in annotator if words(p)])
    )


def print_table(
    shares: Mapping[str, Sequence[float]], lengths: Mapping[str, Sequence[int]]
) -> None:
    """A line for each way of reading: share, tokens, and the difference to the first, paired."""
    first, *others = shares.values()
    differences = compare(first, others, seed=0)
    wide = max(map(len, shares))
    for name, difference in zip(shares, [None, *differences], strict=True):
        line = f"{name:{wide}} {np.mean(shares[name]):.3f}  {np.mean(lengths[name]):6.0f} tokens"
        if difference:
            line += f"  {difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
        print(line)


def argument_parser(description: str) -> argparse.ArgumentParser:
    """A parser of what each of the measures is told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--library", type=Path, required=True, help="made or completed if needed")
    parser.add_argument("--config", type=Path, help="settings other than the defaults")
    parser.add_argument("--papers", type=int, default=0, help="questions about so many papers only")
    return parser

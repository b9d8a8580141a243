"""Asks a data set's questions within their papers and counts right answers and refusals.

    python benchmarks/answers.py DATASET --library DIR [--out FILE] [--library-wide]

An answer is right when every ``must_contain`` expression of its question matches its text, the
markers ``[1]`` taken out first (a marker is no number of the paper's). An abstention is never
right on an answerable question. Precision of abstention: the share of refusals that were due;
recall: the share of unanswerable questions that were refused.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from eval.datasets import Dataset, Question, load_dataset
from ingest.events import Failed
from rag import build, config
from rag.library import Library
from rag.types import Answer, Filter

MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what became of it. ``right`` is None where nothing tells."""

    id: str
    question: str
    answerable: bool
    abstained: bool
    right: bool | None
    words: int
    ms: float
    answer: str
    citations: tuple[str, ...]


def main() -> None:
    args = _arguments()
    data, settings = load_dataset(args.dataset), config.load(args.config)
    for event in data.corpus.ingest(args.library, settings):
        if isinstance(event, Failed):
            print(f"not ingested: {event.source}: {event.reason}")
    with build.open_library(args.library, settings) as library:
        rows = list(ask_all(data, library, library_wide=args.library_wide))
    if args.out:
        lines = [json.dumps(asdict(row), ensure_ascii=False) for row in rows]
        args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(report(rows))


def ask_all(data: Dataset, library: Library, *, library_wide: bool) -> Iterator[Row]:
    """One row per question, in order; the first is asked once before, to load the model."""
    by_stem = {Path(p.source).stem: p.paper_id for p in library.papers()}
    library.ask(data.questions[0].text)
    for question in data.questions:
        papers = frozenset(by_stem[stem] for stem in question.papers if stem in by_stem)
        answer = library.ask(question.text, Filter() if library_wide else Filter(papers))
        yield _row(question, answer)


def report(rows: Sequence[Row]) -> str:
    """The figures, a line each."""
    judged = [row for row in rows if row.answerable and row.right is not None]
    right = sum(bool(row.right) for row in judged)
    refused = [row for row in rows if row.abstained]
    due = sum(not row.answerable for row in refused)
    unanswerable = sum(not row.answerable for row in rows)
    given = [row.words for row in rows if not row.abstained] or [0]
    times = [row.ms for row in rows]
    return "\n".join(
        [
            f"right answers      {_share(right, len(judged))} of the answerable questions",
            f"false refusals     {_share(len(refused) - due, len(rows) - unanswerable)}",
            f"abstention         precision {_share(due, len(refused))}, "
            f"recall {_share(due, unanswerable)}",
            f"words per answer   median {median(given):.0f}, most {max(given)}",
            f"ms to generate     median {median(times):.0f}, "
            f"95th percentile {quantiles(times, n=20)[-1]:.0f}",
        ]
    )


def _row(question: Question, answer: Answer) -> Row:
    plain = MARKER.sub("", answer.text)
    patterns = question.must_contain
    found = not answer.abstained and all(re.search(pattern, plain) for pattern in patterns)
    return Row(
        question.question_id,
        question.text,
        question.answerable,
        answer.abstained,
        found if patterns else None,
        len(plain.split()),
        sum(stage.ms for stage in answer.trace.stages if stage.name == "generate"),
        answer.text,
        tuple(citation.quote for citation in answer.citations),
    )


def _share(count: int, of: int) -> str:
    return f"{count / of:.3f} ({count}/{of})" if of else "- (0/0)"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Counts right answers and refusals.")
    parser.add_argument("dataset", type=Path, help="a folder with papers/ and questions.jsonl")
    parser.add_argument("--library", type=Path, required=True, help="made or completed if needed")
    parser.add_argument("--config", type=Path, help="settings other than the defaults")
    parser.add_argument("--out", type=Path, help="a JSON line for every answer")
    parser.add_argument("--library-wide", action="store_true", help="do not restrict to papers")
    return parser.parse_args()


if __name__ == "__main__":
    main()

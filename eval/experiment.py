"""Asks a data set's questions under several configurations that share what they have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from eval.datasets import Dataset, Question
from eval.measures import score
from ingest.commands import ingest
from ingest.events import Event, Failed
from rag import build
from rag.config import Settings
from rag.errors import UsageError
from rag.library import Library
from rag.types import Evidence, Filter

HITS = 50
"""Hits kept per question: more than 1,500 words of even the smallest chunks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question under one configuration. ``scores`` is None without text evidence."""

    question: Question
    hits: tuple[Evidence, ...]
    latency_ms: float
    scores: dict[str, float] | None

    def as_json(self, stems: dict[str, str]) -> dict[str, object]:
        """The row of a run file; ``stems`` maps paper ids to file stems."""
        hits = [
            {
                "paper": stems[e.chunk.paper_id],
                "section": e.section.heading,
                "pages": list(e.chunk.pages),
                "text": e.chunk.text,
            }
            for e in self.hits
        ]
        return {"id": self.question.question_id, "latency_ms": self.latency_ms, "hits": hits}


def distinct_names(paths: Sequence[Path]) -> dict[str, Path]:
    """The configurations by name: the file's stem, led by as many folders as tell all apart.

    Raises UsageError where no number of them does.
    """
    whole = [path.resolve().with_suffix("").parts[1:] for path in paths]
    for length in range(1, max(map(len, whole), default=0) + 1):
        named = {"-".join(parts[-length:]): path for parts, path in zip(whole, paths, strict=True)}
        if len(named) == len(paths):
            return named
    if not paths:
        return {}
    listed = ", ".join(map(str, paths))
    raise UsageError(f"two of the configurations have one name ({listed}): rename or leave out one")


def library_for(data: Dataset, settings: Settings, folder: Path) -> Path:
    """Where the data set's library for these settings lies; equal settings share one."""
    shape = json.dumps(build.fingerprint(settings), sort_keys=True)
    return folder / f"{data.name}-{hashlib.sha256(shape.encode()).hexdigest()[:8]}"


def prepare(
    data: Dataset, settings: Settings, library: Path, watch: Callable[[Event], None]
) -> list[Failed]:
    """Ingests what the library lacks of the data set's papers; returns the failures."""
    failures = []
    for event in ingest([data.papers], library, settings):
        watch(event)
        if isinstance(event, Failed):
            failures.append(event)
    return failures


def run(questions: Sequence[Question], library: Library) -> Iterator[Row]:
    """Searches for every question within its papers, in order.

    A question whose papers are all missing finds nothing and scores 0.
    """
    by_stem = {stem: paper_id for paper_id, stem in stems(library).items()}
    for question in questions:
        papers = frozenset(by_stem[stem] for stem in question.papers if stem in by_stem)
        start = perf_counter()
        found = library.search(question.text, Filter(papers), HITS).evidence if papers else ()
        latency_ms = round(1000 * (perf_counter() - start), 2)
        scores = score(question.evidence, [e.chunk.text for e in found])
        yield Row(question, found, latency_ms, scores if question.answerable else None)


def stems(library: Library) -> dict[str, str]:
    """Paper id to file stem."""
    return {p.paper_id: Path(p.source).stem for p in library.papers()}

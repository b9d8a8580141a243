"""Asks a data set's questions under several configurations that share what they have in common.

Configurations whose indexes would be the same share a library; where only the indexes differ,
the papers that were read for one are taken over by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from eval.datasets import Corpus, Dataset, Files, Question
from eval.journal import Journal
from eval.provenance import library_digest
from eval.rows import Row, effort_of, make_row
from ingest.commands import ingest_papers, keep_only
from ingest.events import Event, Failed, Stored, Unchanged
from rag.config import Settings
from rag.errors import UsageError
from rag.library import Library
from rag.store.catalog import FILE, Catalog
from rag.types import Filter, Retrieval

HITS = 50
"""Hits kept per question: more than 1,500 words of even the smallest chunks, or twenty papers and
more. Measures that look further down (AP) see no further.
"""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings to try, by name. ``what`` is a line on them, where the name does not say it."""

    name: str
    settings: Settings
    what: str = ""


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


def over_whole_library(data: Dataset) -> Dataset:
    """The data set with no question told where to look; whether its paper is found is judged."""
    questions = (
        replace(q, papers=(), grades=q.grades or dict.fromkeys(q.papers, 1)) for q in data.questions
    )
    return replace(data, questions=tuple(questions), digest=f"{data.digest} whole library")


def library_for(data: Dataset, settings: Settings, folder: Path) -> Path:
    """Where the data set's library for these settings lies; equal settings share one."""
    return folder / f"{data.name}-{library_digest(settings)}"


def prepare(
    data: Dataset, settings: Settings, library: Path, watch: Callable[[Event], None]
) -> list[Failed]:
    """Makes the library hold the data set's papers and no others; returns the failures."""
    other = _sibling(data, library)
    if other and isinstance(data.corpus, Files):
        for event in _taken_over(other, library, settings):
            watch(event)
    failures, sources = [], dict[str, str]()
    for event in data.corpus.ingest(library, settings):
        watch(event)
        if isinstance(event, Failed):
            failures.append(event)
        elif isinstance(event, Stored | Unchanged):
            sources.setdefault(event.paper_id, event.source)  # of two copies, the first
    _expel_others(sources, library, settings)
    return failures


def run(
    questions: Sequence[Question], library: Library, corpus: Corpus, journal: Journal | None = None
) -> Iterator[Row]:
    """Searches for every question within its papers, in order.

    A question whose papers are all missing finds nothing and scores 0. With a journal, what
    stands there is not asked again, and what is asked is written down. Latencies are of a
    library that has warmed up.
    """
    names = paper_names(library, corpus)
    by_name = {name: paper_id for paper_id, name in names.items()}
    done = journal.rows(questions, library, names) if journal else {}
    if names and len(done) < len(questions):
        library.search(questions[0].text, k=1)  # loads the models
    for question in questions:
        row = done.get(question.question_id) or _ask(question, library, names, by_name)
        if journal and question.question_id not in done:
            journal.add(row)
        yield row


def paper_names(library: Library | Catalog, corpus: Corpus) -> dict[str, str]:
    """Paper id to name in the data set."""
    return {p.paper_id: corpus.name(p.source) for p in library.papers()}


def _ask(
    question: Question, library: Library, names: Mapping[str, str], by_name: Mapping[str, str]
) -> Row:
    papers = frozenset(by_name[name] for name in question.papers if name in by_name)
    start = perf_counter()
    retrieval: Retrieval | None = None
    if names and (papers or not question.papers):
        retrieval = library.search(question.text, Filter(papers), HITS)
    latency_ms = round(1000 * (perf_counter() - start), 2)
    evidence = retrieval.evidence if retrieval else ()
    return make_row(question, evidence, names, latency_ms, effort_of(retrieval))


def _sibling(data: Dataset, library: Path) -> Path | None:
    """Another library of the data set, if this one is still to be made."""
    if (library / FILE).exists():
        return None
    made = sorted(library.parent.glob(f"{data.name}-{'[0-9a-f]' * 8}/{FILE}"))
    return made[0].parent if made else None


def _taken_over(other: Path, library: Path, settings: Settings) -> Iterator[Event]:
    with Catalog(other) as catalog:
        rows = catalog.papers()
        papers = (catalog.paper(row.paper_id) for row in rows)
        yield from ingest_papers(papers, len(rows), library, settings)


def _expel_others(sources: Mapping[str, str], library: Path, settings: Settings) -> None:
    """A search of the whole library, and BM25's idf, would see papers of an earlier data set.

    What is wanted is known by its content: the data set may have been copied or compressed since.
    """
    with Catalog(library) as catalog:
        held = {row.paper_id: row.source for row in catalog.papers()}
    if held != sources:
        keep_only(sources, library, settings)

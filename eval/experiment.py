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
from eval.paper_names import ids_by_name, paper_names
from eval.provenance import DIGITS, library_digest, making_digest
from eval.rows import Effort, Row, effort_of, make_row
from eval.scoring import has_evidence, measures_of
from ingest.commands import ingest_papers, keep_only
from ingest.events import Event, Failed, Stored, Unchanged
from rag.config import Settings, chosen_file, load
from rag.errors import UsageError
from rag.library import WARM_UP, Library
from rag.store.catalog import FILE, Catalog
from rag.types import Filter

HITS = 50
"""Hits kept per question: more than 1,500 words of even the smallest chunks, or twenty abstracts
and more. Measures that look further down (AP) see no further.
"""

DEEP = 200
"""Hits kept where papers are judged that have many chunks: fifty may be of a handful of papers."""

WHOLE_LIBRARY = "Questions were asked of the whole library, without naming their paper."
"""What a reader must know of what `over_whole_library` makes."""


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


def configurations(named: Sequence[Path], usual: Path | None = None) -> list[Configuration]:
    """What the files say; without any, what ``usual``, else ``SCHOLIUM_CONFIG``, else nobody sets.

    Raises UsageError, ConfigError.
    """
    files = list(named) or [file for file in [chosen_file(usual)] if file]
    tried = [Configuration(name, load(path)) for name, path in distinct_names(files).items()]
    return tried or [Configuration("default", load())]


def over_whole_library(data: Dataset) -> Dataset:
    """The data set with no question told where to look.

    Of those with text evidence it is judged, too, whether the paper is found.
    """
    questions = tuple(replace(q, papers=(), grades=_own_grades(q)) for q in data.questions)
    return replace(data, questions=questions, digest=f"{data.digest} whole library")


def as_measured(settings: Settings) -> Settings:
    """The settings, but for what is kept of a language model's answers.

    What one configuration had asked would cost the next no time and no money.
    """
    tables = {"query": settings.query, "llm": settings.llm}
    anew = {name: table.model_copy(update={"cache": False}) for name, table in tables.items()}
    return settings.model_copy(update=anew)


def library_for(data: Dataset, settings: Settings, folder: Path) -> Path:
    """Where the data set's library for these settings lies; equal settings share one.

    What other code, or other versions of packages, made is not taken up.
    """
    return folder / f"{data.name}-{library_digest(settings)}-{making_digest()}"


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
    library that has warmed up, with a question of no data set.
    """
    names, measures = paper_names(library, corpus), measures_of(questions)
    done = journal.rows(questions, library, names, measures) if journal else {}
    if names and len(done) < len(questions):
        library.search(WARM_UP, k=1)  # loads the models
    asking = _Asking(library, names, ids_by_name(names), measures)
    for question in questions:
        row = done.get(question.question_id) or asking.row(question)
        if journal and question.question_id not in done:
            journal.add(row)
        yield row


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks one library. ``names`` maps paper ids to names, ``ids`` names to ids."""

    library: Library
    names: Mapping[str, str]
    ids: Mapping[str, tuple[str, ...]]
    measures: tuple[str, ...]

    def row(self, question: Question) -> Row:
        papers = frozenset(each for name in question.papers for each in self.ids.get(name, ()))
        if not self.names or (question.papers and not papers):
            return make_row(question, (), self.names, self.measures, 0.0, Effort())
        hits = self._hits(question)
        start = perf_counter()
        found = self.library.search(question.text, Filter(papers), hits)
        ms = round(1000 * (perf_counter() - start), 2)
        return make_row(question, found.evidence, self.names, self.measures, ms, effort_of(found))

    def _hits(self, question: Question) -> int:
        by_paper = bool(question.grades) and not has_evidence(question)
        return DEEP if by_paper and not self.library.catalog.is_of_abstracts() else HITS


def _own_grades(question: Question) -> Mapping[str, int]:
    found = dict.fromkeys(question.papers, 1) if has_evidence(question) else {}
    return question.grades or found


def _sibling(data: Dataset, library: Path) -> Path | None:
    """Another library of the data set, if this one is still to be made."""
    if (library / FILE).exists():
        return None
    pattern = f"{data.name}-{'[0-9a-f]' * DIGITS}-{making_digest()}/{FILE}"
    made = sorted(library.parent.glob(pattern))
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

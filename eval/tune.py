"""Fits adapter and ranker to one's own question set, and tells whether it was worth it.

The papers are divided in five: one part is judged on, before and after, and never fitted to; one
tells when to stop; three are fitted to. If the judged part gains, the fit is made once more with
what was judged on, too, and that is what a library gets. Fitting begins with the weights that the
library has been searched with, so that few questions do little harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.datasets import Dataset
from eval.significance import Difference, compare
from eval.training.examples import Example, Judged, collect, folds
from eval.training.fitting import FitSettings, Fitted, fit, measured
from rag import build
from rag.build_learned import adapter_in_use, network_in_use, tuned_adapter, tuned_ranker
from rag.config import Settings
from rag.errors import UsageError
from rag.store.catalog import Catalog

PARTS = 5
LEAST_PAPERS = 10
"""With fewer, the part that is judged on says nothing."""

Rows = Sequence[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Tuning:
    """What came of it. ``before`` and ``after`` are of the same held-out questions, in order.

    ``fitted`` is from all questions. ``papers`` and ``questions`` count what was there in all.
    """

    fitted: Fitted
    before: Rows
    after: Rows
    papers: int
    questions: int

    def difference(self, measure: str, seed: int = 0) -> Difference:
        """After minus before, with its interval."""
        values = [[row[measure] for row in rows] for rows in (self.before, self.after)]
        return compare(values[0], [values[1]], seed)[0]

    @property
    def better(self) -> bool:
        """Whether the mean of MRR and R@700w rose on the questions that were held out."""
        return self.difference("MRR").mean + self.difference("R@700w").mean > 0


def judged_questions(data: Dataset, catalog: Catalog) -> list[Judged]:
    """The questions whose papers are in the library and whose passages are known."""
    ids = {data.corpus.name(row.source): row.paper_id for row in catalog.papers()}
    return [
        Judged(q.text, tuple(ids[name] for name in q.papers), q.evidence)
        for q in data.questions
        if q.answerable and q.evidence and q.papers and all(name in ids for name in q.papers)
    ]


def examples_of(
    data: Dataset, library: Path, settings: Settings, on_paper: Callable[[], None] = lambda: None
) -> list[Example]:
    """An example for each question that the library has the evidence of.

    Raises UsageError if these are of fewer than `LEAST_PAPERS` papers.
    """
    with Catalog(library) as catalog:
        indexes = build.open_indexes(catalog, settings)
        try:
            lexical = next(index for index in indexes if index.name == "bm25")
            questions = judged_questions(data, catalog)
            found = collect(questions, catalog, lexical, build.embedder(settings), on_paper)
        finally:
            for index in indexes:
                index.close()
    papers = len({example.judged.papers for example in found})
    if papers < LEAST_PAPERS:
        raise UsageError(
            f"{data.name} has questions with evidence on {papers} of the library's papers, and it "
            f"takes {LEAST_PAPERS} to fit to some and judge by others: add questions, or ingest "
            "the papers that they are about"
        )
    return found


def tune(
    examples: Sequence[Example],
    start: Fitted | None,
    settings: FitSettings,
    on_step: Callable[[str], None] = lambda _: None,
) -> Tuning:
    """Fits on some papers, judges on others, then fits on all; the same for the same seed."""
    rest, judged = _apart(examples, settings.seed)
    inside, stop = _apart(rest, settings.seed + 1)
    trial = fit(inside, settings, start, stop, on_step)
    on_step("before and after")
    before, after = measured(judged, start), measured(judged, trial)
    inside, stop = _apart(examples, settings.seed + 1)
    fitted = fit(inside, settings, start, stop, on_step)
    papers = len({example.judged.papers for example in examples})
    return Tuning(fitted, before, after, papers, len(examples))


def write(fitted: Fitted, library: Path, settings: Settings) -> list[Path]:
    """Makes the weights the library's own, from its next opening on; returns the files."""
    adapter, ranker = tuned_adapter(library, settings), tuned_ranker(library, settings)
    adapter.parent.mkdir(exist_ok=True)
    for path, save in ((adapter, fitted.adapter.save), (ranker, fitted.network.save)):
        partial = path.with_name(f"partial-{path.name}")
        save(partial)
        partial.replace(path)  # whoever reads meanwhile has the old file or the new one
    return [adapter, ranker]


def in_use(library: Path, settings: Settings) -> Fitted | None:
    """What the library is searched with: its own weights or the bundled model's, or nothing."""
    adapter, network = adapter_in_use(library, settings), network_in_use(library, settings)
    return Fitted(adapter, network) if adapter and network else None


def _apart(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    inside, outside = next(folds(examples, PARTS, seed))
    return [examples[i] for i in inside], [examples[i] for i in outside]

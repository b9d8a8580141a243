"""Fits adapter and ranker to a library's own questions, and tells what it was worth.

Learned from some papers, stopped by others, judged on a third part, by the very searches that
users make, without a language model. It always begins with what comes with the embedder, never
with what an earlier tuning left: that may have learned from papers that are held out now.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eval.datasets import Corpus, Dataset, Question
from eval.experiment import run
from eval.measures import mean
from eval.paper_names import ids_by_name, paper_names
from eval.significance import Difference, compare
from eval.training.adapter import AdapterSettings
from eval.training.descent import Schedule
from eval.training.examples import Example, Judged, collect
from eval.training.fitting import CROSS_FITTED, FitSettings, Fitted, fit
from eval.training.imagined import with_imagined
from eval.training.ranker import RankerSettings
from eval.training.split import Split, split_by_paper
from eval.tuning_questions import Usable, enough, usable
from rag import build, build_learned
from rag.config import Settings
from rag.errors import UsageError
from rag.library import Library
from rag.protocols import Embedder
from rag.store.catalog import Catalog

MEASURES = ("MRR", "R@700w")
FINER = 0.25
"""Of the usual step, where weights are only to be refined."""

_LEAST_FOUND = 25  # questions to learn from and to stop by, half of what was asked for
_ADAPTER_STEPS, _RANKER_STEPS = 60, 300  # at least: a few dozen questions make few an epoch
_STEPS = CROSS_FITTED + 3  # that `fit` tells of

Stage = Callable[[str, int], Callable[[], None]]
"""Told what begins and of how many parts; what it returns is called after each part."""

Scores = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it. ``before`` and ``after`` are of the held-out questions, in their order.

    ``refined`` says whether there were weights to begin with, ``lost`` how many questions' evidence
    the library's text does not have.
    """

    fitted: Fitted
    usable: Usable
    split: Split
    lost: int
    refined: bool
    before: Scores
    after: Scores
    seed: int

    def difference(self, measure: str) -> Difference:
        """After minus before, with its interval."""
        before, after = ([row[measure] for row in rows] for rows in (self.before, self.after))
        return compare(before, [after], self.seed)[0]

    @property
    def gain(self) -> float:
        """What the mean of `MEASURES` rose by on the held-out papers; below 0 it is worse."""
        before, after = mean(self.before), mean(self.after)
        return sum(after[measure] - before[measure] for measure in MEASURES) / len(MEASURES)


def tune(data: Dataset, library: Path, settings: Settings, seed: int, stage: Stage) -> Tuned:
    """The same for the same seed. Writes nothing.

    Raises UsageError for settings that have no use for it, for too few questions, and for
    questions whose papers are not in the library.
    """
    _check(settings)
    settings = settings.model_copy(update={"llm": settings.llm.without_queries()})
    with Catalog(library) as catalog:
        build.check_settings(catalog, settings)
        names = paper_names(catalog, data.corpus)
    found = usable(data.questions, frozenset(names.values()))
    enough(found, data.name, library)
    split = split_by_paper(found.questions, seed)
    model, start = build.embedder(settings), _shipped(settings)
    with _closing_indexes(library, settings, model, seed) as examples_of:
        ids = ids_by_name(names)
        train = examples_of(_judged(split.train, ids), stage)
        stop = examples_of(_judged(split.validation, ids), stage)
    lost = len(split.train) + len(split.validation) - len(train) - len(stop)
    _check_found(len(train), len(stop), lost)
    advance = stage("training", _STEPS)
    fitted = fit(train, _fit_settings(seed, start, len(train)), start, stop, lambda _: advance())
    before, after = (
        _searched(split.held_out, data.corpus, library, settings, model, weights, stage(what, n))
        for what, weights, n in (
            ("searching as before", start, len(split.held_out)),
            ("searching tuned", fitted, len(split.held_out)),
        )
    )
    return Tuned(fitted, found, split, lost, start is not None, before, after, seed)


def _check(settings: Settings) -> None:
    """What is learned has to be used: else before and after would be one and the same."""
    wrong = []
    if set(settings.search.retrievers) != {"dense", "bm25"}:
        wrong.append('search.retrievers = ["dense", "bm25"]')
    if settings.search.adapter == "none":
        wrong.append('search.adapter = "auto"')
    if settings.rerank.kind not in {"auto", "learned"}:
        wrong.append('rerank.kind = "auto"')
    if wrong:
        raise UsageError(
            "tuning makes a query adapter and a ranker for dense and BM25 search, which the "
            f"configuration does not use: set {' and '.join(wrong)}"
        )


def _shipped(settings: Settings) -> Fitted | None:
    if settings.embedder.kind != "minilm":
        return None
    from rag.embed.adapter import minilm_adapter
    from rag.rerank.learned import shipped_network

    return Fitted(minilm_adapter(), shipped_network())


def _fit_settings(seed: int, start: Fitted | None, questions: int) -> FitSettings:
    """The usual ones; finer steps from weights that are there, more rounds with few questions."""
    adapter, ranker = AdapterSettings(seed=seed), RankerSettings(seed=seed)
    share = FINER if start else 1.0
    return FitSettings(
        replace(adapter, schedule=_schedule(adapter.schedule, share, _ADAPTER_STEPS, questions)),
        replace(ranker, schedule=_schedule(ranker.schedule, share, _RANKER_STEPS, questions)),
        seed,
    )


def _schedule(usual: Schedule, share: float, least_steps: int, questions: int) -> Schedule:
    epochs = math.ceil(least_steps / math.ceil(questions / usual.batch))
    return replace(usual, rate=share * usual.rate, epochs=max(usual.epochs, epochs))


def _judged(questions: Sequence[Question], ids: Mapping[str, tuple[str, ...]]) -> list[Judged]:
    return [
        Judged(q.text, tuple(each for name in q.papers for each in ids[name]), q.evidence)
        for q in questions
    ]


@contextmanager
def _closing_indexes(
    library: Path, settings: Settings, model: Embedder, seed: int
) -> Iterator[Callable[[list[Judged], Stage], list[Example]]]:
    """What makes examples of questions, while the library is open."""

    def examples_of(questions: list[Judged], stage: Stage) -> list[Example]:
        papers = {paper for question in questions for paper in question.papers}
        advance = stage("reading papers", len(papers))
        examples = collect(questions, catalog, lexical, model, advance)
        return with_imagined(examples, lexical, model, seed)

    with Catalog(library) as catalog:
        indexes = build.open_indexes(catalog, settings)
        try:
            lexical = next(index for index in indexes if index.name == "bm25")
            yield examples_of
        finally:
            for index in indexes:
                index.close()


def _check_found(train: int, stop: int, lost: int) -> None:
    if not train or not stop or train + stop < _LEAST_FOUND:
        raise UsageError(
            f"the evidence of {train + stop} questions is in the library's text, that of {lost} is "
            f"not: at least {_LEAST_FOUND} are needed to learn from. Copy passages from the papers "
            "as they are in the library (`scholium show PAPER --json`)"
        )


def _searched(
    questions: Sequence[Question],
    corpus: Corpus,
    library: Path,
    settings: Settings,
    model: Embedder,
    weights: Fitted | None,
    advance: Callable[[], None],
) -> Scores:
    found = []
    with _opened(library, settings, model, weights) as opened:
        for row in run(questions, opened, corpus):
            found.append(row.scores or {})
            advance()
    return found


def _opened(library: Path, settings: Settings, model: Embedder, weights: Fitted | None) -> Library:
    """The library as it would be with these weights as its own, or with none at all."""
    from rag.embed.adapter import AdaptedEmbedder

    turned = AdaptedEmbedder(model, weights.adapter) if weights else model
    ranker = build_learned.judging(weights.network, settings) if weights else None
    return build.assembled(library, settings, lambda: model, lambda: turned, lambda: ranker)

"""Asks for answers with progress shown, and judges them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import Progress

from api.cli.console import emit, say, stdout
from api.cli.evaluate.answers import Wanted
from api.cli.evaluate.keeping import keep
from api.cli.evaluate.planning import Plan, planned
from api.cli.evaluate.runs import end, kept_rows, origin, progress, show_papers, workplace
from api.cli.patience import announce_conversion, warm_up_model
from api.cli.render.answer_scores import answer_scores
from api.cli.text import clean
from eval.answers.asking import ask_all
from eval.answers.findings import find
from eval.answers.journal import AnswerJournal
from eval.answers.measures import measures_of
from eval.answers.outcome import AnswerOutcome, judge, top_paragraphs
from eval.answers.sections import evidence_places, told_places, untrue_sections
from eval.answers.summary import summary
from eval.answers.values import Given
from eval.experiment import WHOLE_LIBRARY, Configuration, as_measured, library_for, prepare
from eval.outcome import ceilings_missed, floors_missed, parse_floors
from eval.paper_names import lacking, paper_names
from eval.provenance import answering_digest
from eval.report import Origin
from ingest.events import Failed
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.store.catalog import Catalog


@dataclass(slots=True)
class Run:
    """What one configuration answered, or a file holds."""

    name: str
    answers: tuple[Given, ...]
    configuration: Configuration | None = None
    failures: tuple[Failed, ...] = ()


def execute(ctx: click.Context, wanted: Wanted, usual: Path | None) -> None:
    """Does it all, and ends the command with its exit status.

    ``usual`` is the file of settings given before the command.
    """
    plan = planned(wanted, usual)
    measures = measures_of(plan.data.questions)
    floors = parse_floors(wanted.floors, measures)
    ceilings = parse_floors(wanted.ceilings, measures, "--fail-over")
    with workplace(wanted.out) as folder:
        runs = [*_asked(plan, folder), *_read(plan)]
    outcomes = _judged(plan, runs)
    found = find(_origin(plan), outcomes, wanted.judge)
    keep(wanted, found)
    if wanted.as_json:
        emit(summary(found))
    else:
        say(answer_scores(found, stdout().width), wide=True)
    name, means = found.baseline.name, found.baseline.means
    missed = floors_missed(name, means, floors) + ceilings_missed(name, means, ceilings)
    failed = any(run.failures or any(given.error for given in run.answers) for run in runs)
    report = wanted.out / "report.html" if wanted.out and not wanted.as_json else None
    end(ctx, report, missed, failed=failed)


def _asked(plan: Plan, folder: Path) -> list[Run]:
    if plan.configurations:
        announce_conversion(plan.configurations[0].settings, answers=True)
    with progress() as bars:
        return [_run(plan, each, folder, bars) for each in plan.configurations]


def _run(plan: Plan, tried: Configuration, folder: Path, bars: Progress) -> Run:
    data, label = plan.data, clean(tried.name)
    library, failures = plan.wanted.library, list[Failed]()
    if library is None:
        library = library_for(data, tried.settings, folder)
        failures = prepare(data, tried.settings, library, show_papers(bars, f"{label}: papers"))
    warm_up_model(tried.settings)
    with open_library(library, as_measured(tried.settings)) as opened:
        _learn_places(plan, opened.catalog)
        given = bars.track(
            ask_all(
                data.questions,
                opened,
                data.corpus,
                _journal(plan, tried, opened),
                _writer(tried.settings),
            ),
            len(data.questions),
            description=f"{label}: questions",
        )
        return Run(tried.name, tuple(given), tried, tuple(failures))


def _writer(settings: Settings) -> str | None:
    """The model that answers; None where a second check adds notes, on its own failures too."""
    return settings.llm.of_role("answer").model if settings.verify.judge == "none" else None


def _learn_places(plan: Plan, catalog: Catalog) -> None:
    """Where the questions' answers stand: by what they tell, else by their evidence."""
    if plan.places is not None:
        return
    names, questions = paper_names(catalog, plan.data.corpus), plan.data.questions
    plan.places = {
        **evidence_places(questions, catalog, names),
        **told_places(questions, names),
    }
    plan.remarks += lacking(questions, set(names.values()))
    plan.remarks += untrue_sections(questions, catalog, names)


def _read(plan: Plan) -> Iterator[Run]:
    """What was recorded; a question to which a file has no answer got none."""
    if plan.places is None:
        if plan.wanted.library:
            with Catalog(plan.wanted.library) as catalog:
                _learn_places(plan, catalog)
        else:
            plan.places = told_places(plan.data.questions, {})
    for name, answers in plan.recorded.items():
        missing = "the file has no answer to it"
        ids = (question.question_id for question in plan.data.questions)
        yield Run(name, tuple(answers.get(i) or Given(i, error=missing) for i in ids))


def _journal(plan: Plan, tried: Configuration, library: Library) -> AnswerJournal | None:
    """Answers are taken up again only if all that decides what is answered is the same."""
    papers, code = plan.data.corpus.digest(), answering_digest()
    path = kept_rows(plan.wanted.out, tried, library, papers, code)
    return AnswerJournal(path) if path else None


def _judged(plan: Plan, runs: Sequence[Run]) -> list[AnswerOutcome]:
    """Every run's outcome; after the first, what its hits would have been for answers."""
    with progress() as bars:
        outcomes = [_outcome(plan, run, bars) for run in runs]
    first = runs[0]
    if any(given.top for given in first.answers):
        questions, places = plan.data.questions, plan.places or {}
        outcomes.append(top_paragraphs(first.name, questions, first.answers, places))
    return outcomes


def _outcome(plan: Plan, run: Run, bars: Progress) -> AnswerOutcome:
    """A judge that is a model takes its time."""
    tried, questions = run.configuration, plan.data.questions
    rows = bars.track(
        judge(questions, run.answers, plan.places or {}, plan.support),
        len(questions),
        description=f"{clean(run.name)}: judging",
    )
    return AnswerOutcome(
        run.name,
        tuple(rows),
        tried.settings if tried else None,
        run.failures,
        tried.what if tried else "recorded",
    )


def _origin(plan: Plan) -> Origin:
    remarks = list(plan.remarks)
    if plan.wanted.whole_library:
        remarks.append(WHOLE_LIBRARY)
    if plan.wanted.limit:
        remarks.append(f"Only {len(plan.data.questions)} questions of the set were asked.")
    return origin(plan.data, plan.configurations, plan.wanted.seed, remarks)

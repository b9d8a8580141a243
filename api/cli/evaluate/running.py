"""Runs an experiment with progress shown, and writes what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.progress import Progress

from api.cli.console import say, stdout
from api.cli.evaluate.options import Asked
from api.cli.evaluate.runs import (
    end,
    file_of,
    files_for,
    kept_rows,
    origin,
    progress,
    show_papers,
    workplace,
)
from api.cli.patience import announce_conversion
from api.cli.render.evaluation import scores
from api.cli.text import clean
from eval.datasets import Dataset
from eval.experiment import WHOLE_LIBRARY, Configuration, as_measured, library_for, prepare, run
from eval.generations import REMARK, recorded_for
from eval.journal import Journal
from eval.outcome import Outcome, floors_missed, parse_floors
from eval.paper_names import lacking, paper_names
from eval.places import evidence_roles
from eval.provenance import (
    code_digest,
    data_digest,
)
from eval.report import (
    Findings,
    Origin,
    find,
    write_page,
    write_questions,
    write_run,
    write_summary,
    write_trec,
)
from eval.scoring import measures_of
from rag.build import open_library
from rag.errors import UsageError
from rag.library import Library
from rag.query.recorded import Generation, Recorded, load_generations
from rag.store.catalog import Catalog


@dataclass(slots=True)
class Plan:
    """What is to be run: the questions, and under which configurations."""

    asked: Asked
    data: Dataset
    measures: tuple[str, ...]
    configurations: Sequence[Configuration]
    recorded: dict[str, Generation]
    digest: str
    roles: dict[str, frozenset[str]] | None = None
    remarks: list[str] = field(default_factory=list)


def execute(
    ctx: click.Context,
    asked: Asked,
    configurations: Sequence[Configuration],
    floors: Sequence[str] = (),
) -> None:
    """Does it all, and ends the command with its exit status."""
    plan = _planned(asked, configurations)
    wanted = parse_floors(floors, plan.measures)
    announce_conversion(configurations[0].settings)
    with workplace(asked.out) as folder:
        outcomes = _measured(plan, folder)
    found = find(_origin(plan), outcomes, plan.measures, plan.roles or {})
    _written(asked, found)
    say(scores(found, stdout().width), wide=True)
    missed = floors_missed(outcomes[0].name, outcomes[0].means, wanted)
    failed = any(outcome.failures for outcome in outcomes)
    end(ctx, asked.out and asked.out / "report.html", missed, failed=failed)


def _planned(asked: Asked, configurations: Sequence[Configuration]) -> Plan:
    recorded = load_generations(asked.generations) if asked.generations else {}
    data = asked.data(recorded)
    measures = measures_of(data.questions)
    if not measures:
        raise UsageError(
            f"nothing can be scored: no question of {data.name} has evidence or relevant papers"
        )
    return Plan(asked, data, measures, configurations, recorded, data_digest(data))


def _measured(plan: Plan, folder: Path) -> list[Outcome]:
    with progress() as bars:
        return [_outcome(plan, each, folder, bars) for each in plan.configurations]


def _outcome(plan: Plan, tried: Configuration, folder: Path, bars: Progress) -> Outcome:
    data, library = plan.data, library_for(plan.data, tried.settings, folder)
    label = clean(tried.name)
    failures = prepare(data, tried.settings, library, show_papers(bars, f"{label}: papers"))
    measured = as_measured(tried.settings)
    with open_library(library, measured, _recorded(plan, library)) as opened:
        if plan.roles is None:
            names = paper_names(opened, data.corpus)
            plan.roles = evidence_roles(data.questions, opened, names)
            plan.remarks += lacking(data.questions, set(names.values()))
        rows = bars.track(
            run(data.questions, opened, data.corpus, _journal(plan, tried, opened)),
            len(data.questions),
            description=f"{label}: questions",
        )
        return Outcome(tried.name, tried.settings, tuple(rows), tuple(failures), tried.what)


def _recorded(plan: Plan, library: Path) -> Recorded | None:
    if not plan.recorded:
        return None
    with Catalog(library) as catalog:
        names = paper_names(catalog, plan.data.corpus)
    return recorded_for(plan.data.questions, plan.recorded, names)


def _journal(plan: Plan, tried: Configuration, library: Library) -> Journal | None:
    """Rows are taken up again only if all that decides what is found is the same."""
    recorded = repr(sorted(plan.recorded.items()))
    path = kept_rows(plan.asked.out, tried, library, plan.digest, code_digest(), recorded)
    return Journal(path) if path else None


def _origin(plan: Plan) -> Origin:
    asked = plan.asked
    remarks = list(plan.remarks)
    if asked.generations:
        remarks.append(REMARK.format(file=asked.generations.name))
    if asked.whole_library:
        remarks.append(WHOLE_LIBRARY)
    return origin(plan.data, plan.configurations, asked.seed, remarks)


def _written(asked: Asked, found: Findings) -> None:
    if asked.out:
        write_summary(asked.out / "report.json", found)
        write_questions(asked.out / "questions.jsonl", found)
        write_page(asked.out / "report.html", found)
        for outcome in found.outcomes:
            write_run(asked.out / "runs" / f"{file_of(outcome.name)}.jsonl", outcome)
            write_trec(asked.out / "runs" / f"{file_of(outcome.name)}.trec", outcome)
    for path, outcome in files_for(asked.run_out, found.outcomes):
        write_run(path, outcome)

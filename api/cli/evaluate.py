"""``scholium eval``: is it any good, on questions of one's own?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.errors import FAILED
from api.cli.options import Common
from api.cli.text import clean

if TYPE_CHECKING:
    from rich.progress import Progress

    from eval.datasets import Dataset
    from eval.report import Outcome
    from ingest.events import Event
    from rag.config import Settings


@click.group(name="eval")
def evaluate() -> None:
    """Measure retrieval on a set of questions with known evidence."""


@evaluate.command(
    cls=Command,
    examples=[
        "scholium eval retrieval my-questions/",
        "scholium eval retrieval qasper-dev --config configs/bm25.toml --config configs/dense.toml",
        "scholium eval retrieval my-questions/ --fail-under R@700w=0.6",
    ],
)
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--config",
    "configs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A configuration to try; several are compared. "
    "[default: --config before the command, else $SCHOLIUM_CONFIG]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the libraries and report.json there; the next run goes on from them.",
)
@click.option(
    "--run-out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what was found, one JSON line per question (several configurations: FILE-NAME).",
)
@click.option(
    "--fail-under",
    "floors",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Exit 1 if the first configuration's measure is lower. May be repeated.",
)
@click.pass_context
def retrieval(
    ctx: click.Context,
    dataset: Path,
    configs: tuple[Path, ...],
    out: Path | None,
    run_out: Path | None,
    floors: tuple[str, ...],
) -> None:
    """Ask every question of DATASET within its papers, and score what is found.

    DATASET is a folder with papers/ and questions.jsonl. Relevance is judged by evidence
    passages, whatever the chunks: R@700w is the share of the evidence within the first 700
    words found, MRR the mean reciprocal rank of the first relevant hit.
    """
    from api.cli.console import say, stdout
    from api.cli.render.evaluation import scores
    from eval.datasets import load_dataset
    from eval.experiment import distinct_names
    from eval.report import floors_missed, parse_floors, write_report, write_run
    from rag.config import load

    given = ctx.ensure_object(Common)
    if given.config and not configs:
        configs = (given.config,)
    wanted = parse_floors(floors)
    data = load_dataset(dataset)
    settings = {name: load(path) for name, path in distinct_names(configs).items()}
    settings = settings or {"default": given.settings()}
    with _workplace(out) as folder:
        outcomes = _measure(data, settings, folder)
        if out:
            write_report(out / "report.json", data, outcomes)
        if run_out:
            for outcome in outcomes:
                path = run_out if len(outcomes) == 1 else _named(run_out, outcome.name)
                write_run(path, outcome)
    say(scores(data.name, outcomes, stdout().width), wide=True)
    missed = floors_missed(outcomes[0], wanted)
    for line in missed:
        click.echo(clean(line), err=True)
    failed = any(outcome.failures for outcome in outcomes)
    ctx.exit(FAILED if missed or failed else 0)


def _measure(data: Dataset, settings: Mapping[str, Settings], folder: Path) -> Sequence[Outcome]:
    from rich.progress import Progress

    from api.cli.console import stderr
    from eval.experiment import library_for, prepare, run, stems
    from eval.report import Outcome
    from rag.build import open_library

    outcomes = []
    with Progress(console=stderr(), transient=True) as progress:
        for name, configuration in settings.items():
            library = library_for(data, configuration, folder)
            failures = prepare(data, configuration, library, _show(progress, f"{name}: papers"))
            with open_library(library, configuration) as opened:
                rows = progress.track(
                    run(data.questions, opened),
                    len(data.questions),
                    description=f"{name}: questions",
                )
                outcomes.append(
                    Outcome(name, configuration, tuple(rows), stems(opened), tuple(failures))
                )
    return outcomes


def _show(progress: Progress, label: str) -> Callable[[Event], None]:
    from ingest.events import Failed, Found, Stored, Unchanged

    task = progress.add_task(label, total=None)

    def show(event: Event) -> None:
        if isinstance(event, Found):
            progress.update(task, total=event.files)
        elif isinstance(event, Stored | Unchanged | Failed):
            progress.advance(task)

    return show


@contextmanager
def _workplace(out: Path | None) -> Iterator[Path]:
    """Where the libraries are made: kept under ``out``, else gone afterwards."""
    if out:
        yield out / "libraries"
    else:
        with tempfile.TemporaryDirectory(prefix="scholium-eval-") as folder:
            yield Path(folder)


def _named(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}-{name}{path.suffix}")

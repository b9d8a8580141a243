"""What every run of an evaluation does: where it works, what it shows, how it ends."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.cli.console import stderr
from api.cli.errors import FAILED
from api.cli.text import clean
from eval.datasets import Dataset
from eval.experiment import Configuration
from eval.provenance import code_digest, data_digest, rows_digest, settings_digest, versions
from eval.report import Origin
from ingest.events import Event, Failed, Found, Stored, Unchanged
from rag.library import Library


class Named(Protocol):
    """An outcome, as far as files are called after it."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@contextmanager
def workplace(out: Path | None) -> Iterator[Path]:
    """Where the libraries are made: kept under ``out``, else gone afterwards."""
    if out:
        yield out / "libraries"
    else:
        with tempfile.TemporaryDirectory(prefix="scholium-eval-") as folder:
            yield Path(folder)


def kept_rows(out: Path | None, tried: Configuration, library: Library, *asked: str) -> Path | None:
    """The file for what comes of each question, to be taken up again; None without ``out``.

    ``asked`` are digests of what is asked, and of the code that has a part in it.
    """
    digest = rows_digest(tried.settings, library, *asked) if out else ""
    return out / "rows" / f"{digest}.jsonl" if out else None


def file_of(name: str) -> str:
    """What a configuration's files are called; those of an ablation have blanks in their names."""
    return name.replace(" ", "-")


def files_for(file: Path | None, outcomes: Sequence[N]) -> Iterator[tuple[Path, N]]:
    """Where each outcome is written: ``file`` itself for one, FILE-NAME for several."""
    if file is None:
        return
    for outcome in outcomes:
        named = f"{file.stem}-{file_of(outcome.name)}{file.suffix}"
        yield (file if len(outcomes) == 1 else file.with_name(named)), outcome


def progress() -> Progress:
    """Bars that are gone when all is done; nothing where nobody looks, not even an empty line."""
    console = stderr()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def show_papers(progress: Progress, label: str) -> Callable[[Event], None]:
    """Shows how many papers have been read, as their events come."""
    task = progress.add_task(label, total=None)

    def show(event: Event) -> None:
        if isinstance(event, Found):
            progress.update(task, total=event.files, completed=0)
        elif isinstance(event, Stored | Unchanged | Failed):
            progress.advance(task)

    return show


def origin(
    data: Dataset, configurations: Sequence[Configuration], seed: int, remarks: Sequence[str]
) -> Origin:
    """Where the figures of this call of the command come from."""
    return Origin(
        data.name,
        data_digest(data),
        {each.name: settings_digest(each.settings) for each in configurations},
        code_digest(),
        seed,
        versions(),
        shlex.join(["scholium", *sys.argv[1:]]),
        tuple(remarks),
    )


def end(ctx: click.Context, report: Path | None, missed: Sequence[str], *, failed: bool) -> None:
    """Says where the report is and which measures are past their limits; ends the command."""
    if report:
        click.echo(f"report: {report}")
    for line in missed:
        click.echo(clean(line), err=True)
    ctx.exit(FAILED if missed or failed else 0)

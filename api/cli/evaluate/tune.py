"""``scholium eval tune``: fits search to one's own questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.options import Common, common

if TYPE_CHECKING:
    from eval.tuning import Stage, Tuned

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    cls=Command,
    examples=[
        "scholium eval tune my-questions/ --dry-run",
        "scholium eval tune my-questions/ --library mine --out build/tuning",
        "scholium eval tune --reset --library mine",
    ],
)
@click.argument("dataset", type=_FOLDER, required=False)
@click.option("--dry-run", is_flag=True, help="Train and report, but write no weights.")
@click.option("--force", is_flag=True, help="Write the weights even if they are no better.")
@click.option("--reset", is_flag=True, help="Remove the library's tuned weights.")
@click.option("--out", type=_FOLDER, metavar="DIR", help="Write report.json there.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Of the parts, the training and the intervals. [default: 0]",
)
@common
@click.pass_obj
def tune(
    given: Common,
    dataset: Path | None,
    dry_run: bool,
    force: bool,
    reset: bool,
    out: Path | None,
    seed: int,
) -> None:
    """Fit the library's search to the questions of DATASET, if that makes it better.

    DATASET has questions with evidence, as for eval retrieval; the library has to hold its papers.
    A query adapter and a ranker learn from the questions of three fifths of the papers, a fifth
    says when to stop, and on the last fifth search is measured before and after. The weights are
    written into the library if that is better, and used from its next opening on.
    """
    if reset:
        if dataset or dry_run or force or out:
            raise click.UsageError("--reset goes alone, with --library at most")
        _reset(given.path)
    elif dataset is None:
        raise click.UsageError("Missing argument 'DATASET'.")
    elif dry_run and force:
        raise click.UsageError("--dry-run writes nothing, --force in any case: give one of them")
    else:
        from rich.text import Text

        from api.cli.console import say

        tuned = _tuned(given, dataset, seed, write=not dry_run)
        written = not dry_run and (force or tuned.gain > 0)
        if written:
            from eval.training.weights import keep

            keep(tuned.fitted, given.path, given.settings())
        _told(dataset, tuned, out, written)
        say(Text(_verdict(tuned, given.path, dry_run=dry_run, written=written)))


def _reset(library: Path) -> None:
    from api.cli.render import count
    from eval.training.weights import discard

    removed = discard(library)
    if removed:
        click.echo(f"{count(removed, 'file')} of tuned weights removed from {library}")
    else:
        click.echo(f"{library} has no tuned weights: nothing to remove")


def _tuned(given: Common, dataset: Path, seed: int, *, write: bool) -> Tuned:
    from api.cli.patience import announce_conversion
    from eval.datasets import load_dataset
    from eval.training.weights import check_unlocked
    from eval.tuning import tune as run

    settings, data = given.settings(), load_dataset(dataset)
    if write:
        check_unlocked(given.path)
    announce_conversion(settings)
    with _progress() as stage:
        return run(data, given.path, settings, seed, stage)


@contextmanager
def _progress() -> Iterator[Stage]:
    from api.cli.evaluate.runs import progress

    with progress() as bars:

        def stage(what: str, total: int) -> Callable[[], None]:
            task = bars.add_task(what, total=total)
            return lambda: bars.advance(task)

        yield stage


def _told(dataset: Path, tuned: Tuned, out: Path | None, written: bool) -> None:
    from api.cli.console import say
    from api.cli.render.tuning import tuning
    from eval.report.tuning import write_tuning

    name = dataset.resolve().name
    say(tuning(name, tuned))
    if out:
        write_tuning(out / "report.json", name, tuned, written=written)
        click.echo(f"report: {out / 'report.json'}")


def _verdict(tuned: Tuned, library: Path, *, dry_run: bool, written: bool) -> str:
    better = f"the mean of MRR and R@700w on the held-out papers changes by {tuned.gain:+.3f}"
    if dry_run:
        would = "would be" if tuned.gain > 0 else "would not be"
        return f"nothing written (--dry-run); the weights {would}: {better}"
    if not written:
        return f"not written: {better}. The library stays as it was; --force writes them anyway"
    forced = "" if tuned.gain > 0 else " as --force asks"
    return f"written into {library / 'tuned'}{forced}: {better}. The next opening uses them"

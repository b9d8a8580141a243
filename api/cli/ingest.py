"""``scholium ingest`` and ``scholium reindex``: the commands that fill the indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit, is_terminal, say, stdout
from api.cli.errors import FAILED
from api.cli.options import Common, common
from api.cli.patience import announce_conversion

if TYPE_CHECKING:
    from api.cli.render.progress import Layout
    from api.cli.tally import Tally
    from ingest.events import Event


@click.command(
    cls=Command,
    examples=[
        "scholium ingest papers/",
        "scholium ingest attention.pdf notes.md --jobs 4",
        "scholium ingest 2005.11401v4.tar.gz thesis/ draft.docx",
        "scholium ingest --code path/to/repository",
        "scholium ingest papers/ --json > ingested.jsonl",
    ],
)
@click.argument(
    "sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="How many files to read at once. [default: ingest.jobs, else one per core]",
)
@click.option(
    "--code",
    is_flag=True,
    help="Each SOURCE is a repository: a folder or archive of code, read as one paper.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per file.")
@common
@click.pass_context
def ingest(
    ctx: click.Context, sources: tuple[Path, ...], jobs: int, code: bool, as_json: bool
) -> None:
    """Read papers into the library: PDF, Markdown and Word files, and folders of them; LaTeX
    projects, as a folder, .tex file or archive; with --code, repositories.

    A file that the library already holds is passed over, a changed one replaces its older
    version. A file that can't be read is named with the reason, and the others go on. You can
    stop at any time and start again: nothing is lost, and nothing is done twice.
    """
    from api.cli.render.progress import failures, ingesting
    from api.cli.tally import summary
    from ingest.commands import ingest as run

    given = ctx.ensure_object(Common)
    settings = given.settings()
    announce_conversion(settings)
    events, start = run(sources, given.path, settings, jobs, code=code), perf_counter()
    if as_json:
        tally = follow(events, _emit)
    elif is_terminal():
        tally = draw(events, ingesting)
        for line in failures(tally.failed):
            say(line)
        say(summary(tally, perf_counter() - start))
    else:
        tally = follow(events, _say)
        click.echo(summary(tally, perf_counter() - start))
    ctx.exit(FAILED if tally.failed else 0)


@click.command(
    cls=Command,
    examples=[
        "scholium reindex",
        "scholium reindex --config scholium.toml",
    ],
)
@common
@click.pass_obj
def reindex(given: Common) -> None:
    """Build both indexes anew from the papers in the library.

    Needed after a change of the configuration that shapes the indexes (chunker, context,
    embedder, index), and whenever `scholium doctor` says so. The papers' files are not needed.
    """
    from api.cli.render import count
    from api.cli.render.progress import rebuilding
    from ingest.commands import reindex as run

    start = perf_counter()
    events = run(given.path, given.settings())
    tally = draw(events, rebuilding) if is_terminal() else follow(events, _pass)
    done = f"{count(tally.stored, 'paper')}, {count(tally.embedded.done, 'chunk')}"
    click.echo(f"indexed {done}, in {perf_counter() - start:.1f} s")


def draw(events: Iterator[Event], layout: Layout) -> Tally:
    """Follows the events with a bar per stage."""
    from api.cli.render.progress import Bars

    with Bars(stdout(), layout) as bars:
        return follow(events, lambda _, tally: bars.show(tally))


def follow(events: Iterator[Event], tell: Callable[[Event, Tally], None]) -> Tally:
    """Adds the events up, and tells each."""
    from api.cli.tally import Tally

    tally, start = Tally(), perf_counter()
    for event in events:
        tally.add(event, perf_counter() - start)
        tell(event, tally)
    return tally


def _pass(event: Event, tally: Tally) -> None:
    """Says nothing."""


def _say(event: Event, _: Tally) -> None:
    from api.cli.tally import file_line

    if line := file_line(event):
        click.echo(line)


def _emit(event: Event, _: Tally) -> None:
    from api.schemas import file_json

    if value := file_json(event):
        emit(value)

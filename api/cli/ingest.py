"""``scholium ingest`` and ``scholium reindex``: the commands that fill the indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    from rag.config import Settings


max_cost = click.option(
    "--max-cost",
    type=click.FloatRange(0),
    metavar="USD",
    help="What a language model that writes for the indexes may cost in this run; 0: any amount. "
    "[default: ingest.max_cost_usd, $5]",
)


@click.command(
    cls=Command,
    examples=[
        "scholium ingest papers/",
        "scholium ingest attention.pdf notes.md --jobs 4",
        "scholium ingest 1706.03762 arxiv:2106.09685v2 https://example.org/a.pdf",
        "scholium ingest zotero/library.bib",
        "scholium ingest 2005.11401v4.tar.gz thesis/ draft.docx",
        "scholium ingest --code path/to/repository",
        "scholium ingest papers/ --json > ingested.jsonl",
    ],
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path())
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
@click.option(
    "--again",
    is_flag=True,
    help="Read anew what the library already holds, as a newer Scholium may read it better.",
)
@max_cost
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per file.")
@common
@click.pass_context
def ingest(
    ctx: click.Context,
    sources: tuple[str, ...],
    jobs: int,
    code: bool,
    again: bool,
    max_cost: float | None,
    as_json: bool,
) -> None:
    """Read papers into the library: files, folders, LaTeX projects, arXiv ids, URLs, and exports of
    Zotero; with --code, repositories.

    Files are PDF, HTML, Markdown and Word; a LaTeX project is a folder, a .tex file or an archive;
    exports are BibTeX or RDF. Nothing is fetched but what you name. A file that the library already
    holds is passed over unless you say --again, a changed one replaces its older version. A file
    that can't be read is named with the reason, and the others go on. You can stop at any time and
    start again: nothing is lost, and nothing is done twice.

    Where a language model is to write for the indexes (context.kind = "llm", chunker.kind =
    "propositions"), the tokens and dollars that this may take are told before, and those that it
    took after. A paper that would pass --max-cost is left out, and named.
    """
    from api.cli.render.progress import failures, ingesting
    from api.cli.tally import file_line, summary
    from ingest.commands import ingest as run

    given = ctx.ensure_object(Common)
    settings = _limited(given.settings(), max_cost)
    announce_conversion(settings)
    events, start = run(sources, given.path, settings, jobs, code=code, again=again), perf_counter()
    if as_json:
        tally = follow(events, _emit)
    elif is_terminal():
        tally = draw(events, ingesting)
        for line in failures(tally.failed):
            say(line)
        for skipped in tally.skipped:
            say(file_line(skipped))
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
@max_cost
@common
@click.pass_obj
def reindex(given: Common, max_cost: float | None) -> None:
    """Build both indexes anew from the papers in the library.

    Needed after a change of the configuration that shapes the indexes (chunker, context,
    embedder, index), and whenever `scholium doctor` says so. The papers' files are not needed.
    """
    from api.cli.render import count
    from api.cli.render.progress import rebuilding
    from api.cli.tally import written
    from ingest.commands import reindex as run

    start = perf_counter()
    events = run(given.path, _limited(given.settings(), max_cost))
    tally = draw(events, rebuilding) if is_terminal() else follow(events, _say_asking)
    done = f"{count(tally.stored, 'paper')}, {count(tally.embedded.done, 'chunk')}"
    click.echo(f"indexed {done}, in {perf_counter() - start:.1f} s{written(tally)}")


def draw(events: Iterator[Event], layout: Layout) -> Tally:
    """Follows the events with a bar per stage."""
    from api.cli.render.progress import Bars
    from api.cli.tally import asking_line

    with Bars(stdout(), layout) as bars:

        def tell(event: Event, tally: Tally) -> None:
            if line := asking_line(event, tally):
                bars.say(line)
            bars.show(tally)

        return follow(events, tell)


def follow(events: Iterator[Event], tell: Callable[[Event, Tally], None]) -> Tally:
    """Adds the events up, and tells each."""
    from api.cli.tally import Tally

    tally, start = Tally(), perf_counter()
    for event in events:
        tally.add(event, perf_counter() - start)
        tell(event, tally)
    return tally


def _limited(settings: Settings, max_cost_usd: float | None) -> Settings:
    if max_cost_usd is None:
        return settings
    changed = settings.ingest.model_copy(update={"max_cost_usd": max_cost_usd})
    return settings.model_copy(update={"ingest": changed})


def _say_asking(event: Event, tally: Tally) -> None:
    from api.cli.tally import asking_line

    if line := asking_line(event, tally):
        click.echo(line)


def _say(event: Event, tally: Tally) -> None:
    from api.cli.tally import asking_line, file_line

    if line := file_line(event) or asking_line(event, tally):
        click.echo(line)


def _emit(event: Event, tally: Tally) -> None:
    from api.cli.tally import asking_line
    from api.schemas import file_json

    if value := file_json(event):
        emit(value)
    elif line := asking_line(event, tally):
        click.echo(line, err=True)

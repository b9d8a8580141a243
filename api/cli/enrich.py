"""``scholium enrich``: what the network tells of papers that are in the library."""

from __future__ import annotations

import click

from api.cli.command import Command
from api.cli.errors import FAILED
from api.cli.options import Common, PaperType, common


@click.command(
    cls=Command,
    examples=[
        "scholium enrich",
        "scholium enrich 1706.03762",
        "scholium enrich --config scholium.toml",
    ],
)
@click.argument("papers", metavar="[PAPER]...", nargs=-1, type=PaperType())
@common
@click.pass_context
def enrich(ctx: click.Context, papers: tuple[str, ...]) -> None:
    """Look up venue, DOI and whatever else is missing of papers in the library.

    This asks the services of the table [enrich] over the network, by arXiv id, DOI or title: they
    learn which papers you have. Only what is missing or plainly worse is taken, and only where the
    titles agree; `scholium show` says what came from where. All papers, unless some are named. The
    exit status is 1 where services gave no answer and nothing was found of a paper.
    """
    from api.cli.ingest import follow
    from api.cli.render import count
    from api.cli.tally import file_line
    from ingest.commands import enrich as run
    from ingest.events import LookedUp, Unreached
    from rag.build import open_library

    given = ctx.ensure_object(Common)
    settings = given.settings()
    with open_library(given.path, settings) as library:
        chosen = [library.resolve(paper) for paper in papers]

    lacking: set[str] = set()

    def tell(event: object, _: object) -> None:
        if isinstance(event, Unreached):
            lacking.add(event.paper_id)
        elif isinstance(event, LookedUp):
            lacking.discard(event.paper_id)
        if line := file_line(event):  # type: ignore[arg-type]
            click.echo(line)

    tally = follow(run(given.path, chosen, settings), tell)
    click.echo(f"{tally.looked_up} of {count(tally.files, 'paper')} enriched")
    ctx.exit(FAILED if lacking else 0)

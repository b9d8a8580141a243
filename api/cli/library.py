"""``scholium papers``, ``show`` and ``remove``: what is in the library."""

from __future__ import annotations

import click

from api.cli.command import Command
from api.cli.console import emit, say, stdout
from api.cli.options import Common, PaperType, common


@click.command(
    cls=Command,
    examples=[
        "scholium papers",
        "scholium papers --json | jq -r .title",
    ],
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@common
@click.pass_obj
def papers(given: Common, as_json: bool) -> None:
    """List the papers in the library."""
    from rag.build import open_library

    with open_library(given.path, given.settings()) as library:
        rows = library.papers()
    if as_json:
        from api.schemas import paper_row_json

        for row in rows:
            emit(paper_row_json(row))
    elif rows:
        from api.cli.render.papers import paper_list

        say(paper_list(rows, stdout().width), wide=True)
    else:
        click.echo(f"no papers in {given.path}: add some with scholium ingest")


@click.command(
    cls=Command,
    examples=[
        "scholium show 1706.03762",
        'scholium show "attention is all" --sections',
        "scholium show 1706.03762 --json | jq '.elements[] | select(.kind == \"table\")'",
    ],
)
@click.argument("paper", metavar="PAPER", type=PaperType())
@click.option("--sections", is_flag=True, help="Show the section tree alone.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, elements included.")
@common
@click.pass_obj
def show(given: Common, paper: str, sections: bool, as_json: bool) -> None:
    """Show a paper: what it is, and its sections with their pages and roles.

    PAPER is its id, its file's name, or a part of its title.
    """
    from rag.build import open_library

    with open_library(given.path, given.settings()) as library:
        found = library.paper(paper)
        row = next(row for row in library.papers() if row.paper_id == found.paper_id)
    if as_json:
        from api.schemas import paper_detail_json

        emit(paper_detail_json(row, found))
        return
    from api.cli.render.papers import paper_card, section_tree

    say(section_tree(found.sections) if sections else paper_card(row, found))


@click.command(
    cls=Command,
    examples=[
        "scholium remove 1706.03762",
    ],
)
@click.argument("paper", metavar="PAPER", type=PaperType())
@common
@click.pass_obj
def remove(given: Common, paper: str) -> None:
    """Take a paper out of the library. Its file is not touched.

    PAPER is its id, its file's name, or a part of its title.
    """
    from ingest.commands import remove as run
    from rag.build import open_library

    settings = given.settings()
    with open_library(given.path, settings) as library:
        paper_id = library.resolve(paper)
    run(given.path, paper_id, settings)
    click.echo(f"removed {paper_id}")

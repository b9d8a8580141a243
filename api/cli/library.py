"""``scholium papers``, ``show`` and ``remove``: what is in the library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit, say, stdout
from api.cli.errors import FAILED
from api.cli.options import Common, PaperType, common

if TYPE_CHECKING:
    from rag.types import Paper


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
        "scholium show 1706.03762 --boxes pictures",
        "scholium show 1706.03762 --json | jq '.elements[] | select(.kind == \"table\")'",
    ],
)
@click.argument("paper", metavar="PAPER", type=PaperType())
@click.option("--sections", is_flag=True, help="Show the section tree alone.")
@click.option("--elements", is_flag=True, help="List every block of the text instead.")
@click.option(
    "--boxes",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Draw the pages into DIR, with what was found on them framed and named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything, elements included.")
@common
@click.pass_context
def show(
    ctx: click.Context,
    paper: str,
    sections: bool,
    elements: bool,
    boxes: Path | None,
    as_json: bool,
) -> None:
    """Show a paper: what it is, its sections with their pages and roles, its tables and figures.

    PAPER is its id, its file's name, or a part of its title.
    """
    from rag.build import open_library
    from rag.errors import UsageError

    asked = {"--sections": sections, "--elements": elements, "--boxes": boxes, "--json": as_json}
    if len(together := [name for name, value in asked.items() if value]) > 1:
        raise UsageError(f"{' and '.join(together)} are each an answer of its own: choose one")
    given: Common = ctx.obj
    with open_library(given.path, given.settings()) as library:
        found = library.paper(paper)
        row = next(row for row in library.papers() if row.paper_id == found.paper_id)
    if as_json:
        from api.schemas import paper_detail_json

        emit(paper_detail_json(row, found))
        return
    if boxes is not None:
        ctx.exit(_draw(given.path, found, boxes))
    from api.cli.render.elements import element_list
    from api.cli.render.papers import paper_card, section_tree

    if elements:
        say(element_list(found), wide=True)
    else:
        say(section_tree(found.sections) if sections else paper_card(row, found))


def _draw(library: Path, paper: Paper, folder: Path) -> int:
    """Draws the paper's pages; the exit status."""
    from ingest.box_pictures import draw_boxes
    from ingest.uploads.finding import found
    from rag.errors import SourceError, UsageError

    file = found(library, paper.source, paper.content_hash)
    if file is None:
        raise UsageError(
            f"{paper.source} was moved or changed since {paper.paper_id} was read: "
            "ingest it again from where it is now"
        )
    written = 0
    failed = 0
    for drawn in draw_boxes(paper, file, folder):
        if isinstance(drawn, SourceError):
            click.echo(str(drawn), err=True)
            failed += 1
        else:
            written += 1
    click.echo(f"{written} of {written + failed} pages drawn into {folder}: page-001.png and on")
    return FAILED if failed else 0


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

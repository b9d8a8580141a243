"""``scholium compare``: what several papers say on one question, and where they conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit, say
from api.cli.options import Common, Years, common, filters, llm_switch, where, without_model
from api.cli.patience import announce_conversion, warm_up_model

if TYPE_CHECKING:
    from rag.types import Role


@click.command(
    cls=Command,
    examples=[
        'scholium compare "Does warm-up help training?"',
        'scholium compare "What dropout rate is best?" --paper 1706.03762 --paper 1810.04805',
        'scholium compare "How many parameters does BERT have?" --papers 6 --json',
    ],
)
@click.argument("words", metavar="QUESTION", nargs=-1, required=True)
@filters
@click.option(
    "--papers",
    "most",
    type=click.IntRange(2, 12),
    default=4,
    metavar="N",
    help="How many papers to look for where none is named. [default: 4]",
)
@llm_switch("Quote the papers, and compare them by rule")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common
@click.pass_obj
def compare(
    given: Common,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    roles: tuple[Role, ...],
    years: Years | None,
    most: int,
    no_llm: bool,
    as_json: bool,
) -> None:
    """Ask QUESTION (or make a claim) of each paper by itself, and set side by side what they say.

    Every claim is cited. A language model, if one is configured, finds the claims that contradict
    one another; without one, numbers and denials are compared by rule, which sees less.
    """
    from rag.build import open_library
    from rag.build_active import comparer
    from rag.comparing import compare as compared

    settings = without_model(given.settings()) if no_llm else given.settings()
    with open_library(given.path, settings) as library:
        announce_conversion(settings)
        warm_up_model(settings)
        within = where(papers, roles, years)
        found = compared(library, comparer(settings), " ".join(words), within, most)
    if as_json:
        from api.comparison import comparison_json

        emit(comparison_json(found))
        return
    from api.cli.render.comparison import side_by_side

    say(side_by_side(found))

"""``scholium search``: passages, best first."""

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
        'scholium search "dropout rate in the base model"',
        'scholium search "beam search" --section experiments --section results',
        'scholium search "learning rate warmup" --year 2017-2019 -k 5',
        'scholium search "positional encoding" --paper 1706.03762 --explain',
    ],
)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@filters
@click.option(
    "-k", type=click.IntRange(1), default=10, metavar="N", help="How many hits. [default: 10]"
)
@click.option("--full", is_flag=True, help="Show the whole passages, not excerpts.")
@click.option(
    "--explain",
    is_flag=True,
    help="Show what was made of QUERY, how every hit came about, and the times.",
)
@llm_switch("Search with the words as they are")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common
@click.pass_obj
def search(
    given: Common,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    roles: tuple[Role, ...],
    years: Years | None,
    k: int,
    full: bool,
    explain: bool,
    no_llm: bool,
    as_json: bool,
) -> None:
    """Find the passages that say most about QUERY."""
    from rag.build import open_library
    from rag.build_query import asks_model

    settings = without_model(given.settings()) if no_llm else given.settings()
    question = " ".join(words)
    with open_library(given.path, settings) as library:
        if "dense" in settings.search.retrievers:
            announce_conversion(settings)
        if asks_model(settings, question):
            warm_up_model(settings)
        found = library.search(question, where(papers, roles, years), k)
    if as_json:
        from api.schemas import search_json

        emit(search_json(found))
        return
    from api.cli.render.explain import explanation
    from api.cli.render.hits import hit_list

    say(hit_list(found, full))
    if explain:
        say(explanation(found), wide=True)

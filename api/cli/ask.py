"""``scholium ask``: an answer with citations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from api.cli.command import Command
from api.cli.console import emit, is_terminal, say
from api.cli.options import Common, Years, common, filters, llm_switch, where, without_model
from api.cli.patience import announce_conversion, warm_up_model

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.types import Answer, Role

    ActiveKind = Literal["none", "flare", "multi-hop", "astute"]


@click.command(
    cls=Command,
    examples=[
        'scholium ask "What dropout rate does the base Transformer use?"',
        'scholium ask "How is BLEU computed?" --paper 1706.03762 --section experiments',
        'scholium ask "Which optimizer was used?" --no-llm --json',
        'scholium ask "How do BERT and GPT-2 differ in size?" --active multi-hop --explain',
    ],
)
@click.argument("words", metavar="QUESTION", nargs=-1, required=True)
@filters
@click.option("-k", type=click.IntRange(1), metavar="N", help="How many passages to answer from.")
@click.option(
    "--active",
    type=click.Choice(["none", "flare", "multi-hop", "astute"]),
    help="Search again while answering, in this way. [default: active.kind]",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show the steps to the answer, what it was made from, how that was found, and the times.",
)
@llm_switch("Search with the question as it is, and quote the papers")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common
@click.pass_obj
def ask(
    given: Common,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    roles: tuple[Role, ...],
    years: Years | None,
    k: int | None,
    active: ActiveKind | None,
    explain: bool,
    no_llm: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION from the papers, with citations to section, page and words.

    Without a language model in the configuration the answer is made of the papers' own
    sentences. Where the papers do not hold the answer, it says so.
    """
    from rag.build import open_library

    settings = _adjusted(given.settings(), k, no_llm, active)
    question, within = " ".join(words), where(papers, roles, years)
    with open_library(given.path, settings) as library:
        announce_conversion(settings, answers=True)
        warm_up_model(settings)
        if settings.llm.has("answer") and is_terminal() and not as_json:
            from api.cli.showing import live

            answer = live(library.ask_stream(question, within), by_model=True)
        else:
            answer = library.ask(question, within)
            _printed(answer, as_json)
    if explain and not as_json:
        _explain(answer)


def _printed(answer: Answer, as_json: bool) -> None:
    if as_json:
        from api.schemas import answer_json

        emit(answer_json(answer))
    else:
        from api.cli.render.answer import answered

        say(answered(answer))


def _explain(answer: Answer) -> None:
    from api.cli.render.explain import explanation
    from api.cli.render.reading import reading
    from api.cli.render.steps import steps

    say(steps(answer.trace))
    say(reading(answer))
    say(explanation(answer), wide=True)


def _adjusted(
    settings: Settings, k: int | None, no_llm: bool, active: ActiveKind | None
) -> Settings:
    tables = without_model(settings) if no_llm else settings
    if active is not None:
        if active in ("flare", "astute") and not tables.llm.has("answer"):
            raise click.UsageError(f"--active {active} needs a language model: set llm.model.")
        tables = tables.model_copy(
            update={"active": tables.active.model_copy(update={"kind": active})}
        )
    if k is None:
        return tables
    return tables.model_copy(update={"answer": tables.answer.model_copy(update={"evidence": k})})

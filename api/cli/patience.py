"""For those who are about to wait: a word, and less to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rag.config import Settings


def announce_conversion(settings: Settings, *, answers: bool = False) -> None:
    """Says on stderr that a bundled model is about to be converted, if one is; ``answers`` says
    whether the command gives any, which a reader is needed for.
    """
    from rag.cache import default_cache
    from rag.embed import minilm

    if settings.embedder.kind == "minilm" and not minilm.is_converted(default_cache()):
        click.echo("Preparing the embedding model: about 20 s, this once ...", err=True)
    if answers and settings.answer.reader == "minilm" and not settings.llm.has("answer"):
        from rag.minilm import reader

        if not reader.is_converted(default_cache()):
            click.echo("Preparing the reading model: about 20 s, this once ...", err=True)


def warm_up_model(settings: Settings) -> None:
    """Begins to load what calls a language model, if one is configured, beside the search."""
    if settings.llm.answers_queries:
        from rag.litellm_import import start_warm_up

        start_warm_up()

"""For those who are about to wait: a word, and less to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rag.config import Settings


def announce_conversion(settings: Settings) -> None:
    """Says on stderr that the bundled embedding model is about to be converted, if it is."""
    if settings.embedder.kind != "minilm":
        return
    from rag.cache import default_cache
    from rag.embed.minilm import is_converted

    if not is_converted(default_cache()):
        click.echo("Preparing the embedding model: about 20 s, this once ...", err=True)


def warm_up_model(settings: Settings) -> None:
    """Begins to load what calls a language model, if one is configured, beside the search."""
    if settings.llm.answers_queries:
        from rag.litellm_import import start_warm_up

        start_warm_up()
